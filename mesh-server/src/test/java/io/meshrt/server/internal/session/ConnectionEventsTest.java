// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.ConnectionListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionEventsTest {
  private final TestNode node = new TestNode();
  private final ConnectionEvents events =
      new ConnectionEvents(node.threads.asHandlerThreads(1_000));
  private final List<String> heard = new ArrayList<>();

  ConnectionEventsTest() {
    node.listeners.add(events);
  }

  @Test
  void listenersHearOnHandlerThreadsAndInOrder() {
    events.add(new Recorder("a"));
    TestNode.Client client = node.v1();
    List<String> onTheIoThread = List.copyOf(heard);

    events.onError(client.session(), new IllegalStateException("as if"));
    client.transport().end(1001, "gone", true);
    node.threads.runAll();

    assertThat(onTheIoThread).isEmpty();
    assertThat(heard).containsExactly("a connect", "a error as if", "a disconnect 1001 gone");
  }

  @Test
  void eventsOfOneConnectionNeverRunAtTheSameTime() {
    events.add(new Recorder("a"));
    TestNode.Client client = node.v1();
    client.transport().end();

    assertThat(node.threads.waiting()).isEqualTo(1);
  }

  @Test
  void disconnectIsTheLastEvent() {
    events.add(new Recorder("a"));
    TestNode.Client client = node.v1();
    client.transport().end();

    events.onError(client.session(), new IllegalStateException("late"));
    client.transport().end();
    node.threads.runAll();

    assertThat(heard).containsExactly("a connect", "a disconnect 1006 ");
  }

  @Test
  void closeWhileConnectIsBeingToldComesAfterIt() {
    TestNode.Client[] client = new TestNode.Client[1];
    events.add(
        new ConnectionListener() {
          @Override
          public void onConnect(Connection connection) {
            client[0].transport().end();
            heard.add("connect ends");
          }

          @Override
          public void onDisconnect(Connection connection, int code, String reason) {
            heard.add("disconnect");
          }
        });
    client[0] = node.v1();

    node.threads.runAll();

    assertThat(heard).containsExactly("connect ends", "disconnect");
  }

  @Test
  void aListenerThatThrowsHarmsNobody() {
    events.add(
        new ConnectionListener() {
          @Override
          public void onConnect(Connection connection) {
            throw new AssertionError("as if");
          }
        });
    events.add(new Recorder("b"));
    TestNode.Client client = node.v1();
    client.transport().end();

    node.threads.runAll();

    assertThat(heard).containsExactly("b connect", "b disconnect 1006 ");
  }

  @Test
  void aListenerHearsOnlyOfConnectionsThatOpenedAfterItWasAdded() {
    TestNode.Client early = node.v1();
    events.add(new Recorder("a"));

    early.transport().end();
    node.threads.runAll();

    assertThat(heard).isEmpty();
  }

  @Test
  void aRemovedListenerHearsNothingMore() {
    ConnectionEvents.Registration registration = events.add(new Recorder("a"));
    TestNode.Client client = node.v1();
    node.threads.runAll();

    registration.close();
    registration.close();
    client.transport().end();
    node.v1();
    node.threads.runAll();

    assertThat(heard).containsExactly("a connect");
  }

  @Test
  void errorsBeyondTheBoundAreDroppedButNotTheDisconnect() {
    events.add(new Recorder("a"));
    TestNode.Client client = node.v1();

    for (int i = 0; i < 200; i++) {
      events.onError(client.session(), new IllegalStateException("as if"));
    }
    client.transport().end();
    node.threads.runAll();

    assertThat(heard).hasSize(65).endsWith("a disconnect 1006 ");
  }

  private final class Recorder implements ConnectionListener {
    private final String name;

    Recorder(String name) {
      this.name = name;
    }

    @Override
    public void onConnect(Connection connection) {
      heard.add(name + " connect");
    }

    @Override
    public void onDisconnect(Connection connection, int code, String reason) {
      heard.add(name + " disconnect " + code + " " + reason);
    }

    @Override
    public void onError(Connection connection, Throwable error) {
      heard.add(name + " error " + error.getMessage());
    }
  }
}
