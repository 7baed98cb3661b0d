// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class MessageTest {
  private final ClientRig rig = new ClientRig();
  private final FakeSocket socket = rig.connected();
  private final List<Object> heard = new ArrayList<>();

  @Test
  void listenersHearTheirName() {
    rig.client.onMessage("hello", String.class, heard::add);
    rig.client.onMessage("list", new TypeReference<List<Integer>>() {}, heard::add);

    socket.receive("{\"command\":\"hello\",\"payload\":\"world\"}");
    socket.receive("{\"command\":\"list\",\"payload\":[1,2]}");
    socket.receive("{\"command\":\"other\",\"payload\":1}");

    assertThat(heard).containsExactly("world", List.of(1, 2));
  }

  @Test
  void catchAllHearsEveryPushAndNoReply() {
    rig.client.onAnyMessage((name, payload) -> heard.add(name + payload));
    rig.echo("x");

    socket.receive("{\"command\":\"a\",\"payload\":{\"b\":1}}");
    socket.receive(Frames.reply(1, "\"x\""));
    socket.receive("{\"command\":\"mesh/unknown\",\"payload\":1}");
    socket.receive("{\"command\":\"ping\",\"payload\":{\"t\":1}}");
    socket.receive("{\"command\":\"b\"}");

    assertThat(heard).containsExactly("a{\"b\":1}", "bnull");
  }

  @Test
  void closedListenerHearsNothing() {
    Registration registration = rig.client.onMessage("a", String.class, heard::add);
    Registration all = rig.client.onAnyMessage((name, payload) -> heard.add(name));

    registration.close();
    registration.close();
    all.close();
    socket.receive("{\"command\":\"a\",\"payload\":\"x\"}");

    assertThat(heard).isEmpty();
  }

  @Test
  void listenersSurviveAReconnect() {
    rig.client.onMessage("a", String.class, heard::add);

    socket.closeFromServer(1006, "");
    rig.awaitReconnect();
    FakeSocket next = rig.connector.next().accept();
    next.receive(Frames.welcome());
    next.receive("{\"command\":\"a\",\"payload\":\"x\"}");

    assertThat(heard).containsExactly("x");
  }

  @Test
  void failingListenerIsReportedAndHarmsNobody() {
    rig.client.onMessage(
        "a",
        String.class,
        text -> {
          throw new IllegalStateException("boom");
        });
    rig.client.onMessage("a", String.class, heard::add);

    socket.receive("{\"command\":\"a\",\"payload\":\"x\"}");

    assertThat(heard).containsExactly("x");
    assertThat(rig.errors).hasSize(1);
    assertThat(rig.errors.get(0).kind()).isEqualTo(ClientError.Kind.LISTENER_FAILED);
    assertThat(rig.errors.get(0).name()).isEqualTo("a");
  }

  @Test
  void pushThatDoesNotFitItsTypeIsReported() {
    rig.client.onMessage("a", Integer.class, heard::add);

    socket.receive("{\"command\":\"a\",\"payload\":{\"x\":1}}");

    assertThat(heard).isEmpty();
    assertThat(rig.errors)
        .extracting(ClientError::kind)
        .containsExactly(ClientError.Kind.LISTENER_FAILED);
  }

  @Test
  void protestOfTheServerIsReported() {
    socket.receive(
        "{\"command\":\"mesh/error\",\"payload\":{\"code\":\"EBADREQUEST\",\"message\":\"id 5 is in flight\"}}");

    assertThat(rig.errors.get(0).kind()).isEqualTo(ClientError.Kind.PROTEST);
    assertThat(rig.errors.get(0).message()).isEqualTo("EBADREQUEST: id 5 is in flight");
  }

  @Test
  void frameThatMakesNoSenseIsReportedAndIgnored() {
    socket.receive("{not json");
    socket.receive("[1]");
    socket.receive("{\"payload\":1}");
    socket.receive("{\"id\":\"x\",\"payload\":1}");

    assertThat(rig.errors)
        .hasSize(4)
        .allMatch(error -> error.kind() == ClientError.Kind.MALFORMED_FRAME);
    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
  }
}
