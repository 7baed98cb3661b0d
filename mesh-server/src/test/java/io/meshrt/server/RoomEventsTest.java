// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.internal.hook.Observers;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.session.TestNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomEventsTest {
  private final List<String> told = new ArrayList<>();
  private final RoomEvents events =
      new RoomEvents(
          (session, room, joined) -> told.add((joined ? "join " : "leave ") + room),
          (session, room) -> told.add("end of " + room));
  private final TestNode node = new TestNode();

  private Session open() {
    node.listeners.add(events);
    node.listeners.add(
        new SessionListener() {
          @Override
          public void onClosed(Session session, int code, String reason, boolean byPeer) {
            told.add("end");
          }
        });
    return node.v1().session();
  }

  @Test
  void eachJoinAndLeaveIsToldOnce() {
    Session session = open();

    events.onJoined(session, "a");
    events.onJoined(session, "a"); // registered anew
    events.afterLeave(session, "a");
    events.afterLeave(session, "a");

    assertThat(told).containsExactly("join a", "leave a");
  }

  @Test
  void leavesAreToldBeforeTheEndHoweverLateTheRosterIs() {
    Session session = open();
    events.onJoined(session, "a");

    session.onClosed(1006, "", true);
    events.afterLeave(session, "a");

    assertThat(told).containsExactly("join a", "end of a", "end");
  }

  @Test
  void anObserverThatIsBehindHearsAllLeavesOfAClose() {
    Observers observers =
        new Observers(node.threads.asHandlerThreads(10), new JsonValues(), node.metrics);
    observers.add(
        new Hooks() {
          @Override
          public void onRoomLeave(Connection connection, String room) {
            told.add("leave " + room);
          }

          @Override
          public void onDisconnect(Connection connection, int code, String reason) {
            told.add("disconnect");
          }
        });
    RoomEvents observed = new RoomEvents(observers::onRoom, observers::onRoomEnd);
    node.listeners.add(observed);
    node.listeners.add(observers);
    Session session = node.v1().session();
    List<String> leaves = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      observed.onJoined(session, "room" + i);
      leaves.add("leave room" + i);
    }

    session.onClosed(1006, "", true); // the hooks' thread has not run yet
    node.threads.runAll();

    assertThat(told).hasSize(301).containsAll(leaves).endsWith("disconnect");
  }

  @Test
  void whatIsJoinedAfterTheEndIsNotTold() {
    Session session = open();

    session.onClosed(1006, "", true);
    events.onJoined(session, "a");
    events.afterLeave(session, "a");

    assertThat(told).containsExactly("end");
  }
}
