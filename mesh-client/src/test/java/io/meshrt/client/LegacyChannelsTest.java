// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.fake.ChannelFrames.call;
import static io.meshrt.client.fake.ChannelFrames.push;
import static io.meshrt.client.fake.Frames.legacyReply;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames as the protocol page records them of the older servers. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class LegacyChannelsTest {
  private static final String NONE = "{\"success\":true,\"history\":[]}";
  private static final String REFUSED = "{\"success\":false,\"history\":[]}";

  private final ChannelLog<String> log = new ChannelLog<>();
  private ClientRig rig = new ClientRig();

  /** A message as the application may want it. */
  record Point(int x) {}

  @ParameterizedTest
  @ValueSource(strings = {"", "mesh/", "rt/"})
  void messagesAreTextsWithoutPlaces(String prefix) {
    FakeSocket socket = greeted(prefix);
    CompletableFuture<ChannelSubscription<String>> subscribed =
        rig.run(rig.client.subscribe("c", String.class, log));
    assertThat(socket.takeOne()).isEqualTo(call(1, prefix + "subscribe-channel", "c"));
    socket.receive(legacyReply(1, prefix + "subscribe-channel", NONE));

    socket.receive(push(prefix + "subscription-message", "c", "\"hi\""));
    socket.receive(push(prefix + "subscription-message", "c", "\"{\\\"x\\\":1}\""));
    socket.receive(push(prefix + "subscription-message", "other", "\"not ours\""));

    assertThat(log.told).containsExactly("hi", "{\"x\":1}");
    assertThat(log.messages.get(0).position()).isEqualTo(ChannelPosition.NONE);
    assertThat(log.messages.get(0).time()).isEmpty();
    assertThat(subscribed.join().position()).isEqualTo(ChannelPosition.NONE);
  }

  @Test
  void textsAreReadAsTheTypeThatIsWanted() {
    FakeSocket socket = greeted("mesh/");
    List<Point> points = new ArrayList<>();
    List<JsonNode> nodes = new ArrayList<>();
    rig.run(rig.client.subscribe("p", Point.class, points::add));
    rig.run(rig.client.subscribe("n", JsonNode.class, nodes::add));
    socket.receive(legacyReply(1, "mesh/subscribe-channel", NONE));
    socket.receive(legacyReply(2, "mesh/subscribe-channel", NONE));

    socket.receive(push("mesh/subscription-message", "p", "\"{\\\"x\\\":1}\""));
    socket.receive(push("mesh/subscription-message", "p", "\"{\\\"x\\\":\""));
    socket.receive(push("mesh/subscription-message", "n", "\"{\\\"x\\\":1}\""));

    assertThat(points).containsExactly(new Point(1));
    assertThat(nodes.get(0).textValue()).isEqualTo("{\"x\":1}");
    assertThat(rig.errors)
        .singleElement()
        .matches(error -> error.kind() == ClientError.Kind.LISTENER_FAILED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mesh/", "rt/"})
  void historyIsNewestFirstWhateverTheServerDoes(String prefix) {
    FakeSocket socket = greeted(prefix);
    CompletableFuture<ChannelSubscription<String>> subscribed =
        rig.run(rig.client.subscribe("c", String.class, log, SubscribeOptions.history(3)));
    assertThat(socket.takeOne())
        .isEqualTo(call(1, prefix + "subscribe-channel", "c", ",\"historyLimit\":3"));

    String history = prefix.isEmpty() ? "\"m3\",\"m2\",\"m1\"" : "\"m1\",\"m2\",\"m3\"";
    socket.receive(
        legacyReply(
            1, prefix + "subscribe-channel", "{\"success\":true,\"history\":[" + history + "]}"));

    assertThat(subscribed.join().history())
        .extracting(ChannelMessage::message)
        .containsExactly("m3", "m2", "m1");
    assertThat(log.told).isEmpty();
  }

  @Test
  void historyIsReadFromServersThatHaveThat() {
    FakeSocket socket = greeted("rt/");
    CompletableFuture<ChannelHistory<JsonNode>> read =
        rig.run(rig.client.history("c", HistoryQuery.newest(2)));
    assertThat(socket.takeOne()).isEqualTo(call(1, "rt/get-channel-history", "c", ",\"limit\":2"));
    socket.receive(
        legacyReply(1, "rt/get-channel-history", "{\"success\":true,\"history\":[\"m1\",\"m2\"]}"));

    assertThat(read.join().messages())
        .extracting(message -> message.message().textValue())
        .containsExactly("m2", "m1");
    assertThat(read.join().position()).isEqualTo(ChannelPosition.NONE);
  }

  @Test
  void refusalsAreEaccessAndWhatIsNotThereEnotfound() {
    FakeSocket socket = greeted("mesh/");
    CompletableFuture<?> subscribing = rig.run(rig.client.subscribe("a", String.class, log));
    CompletableFuture<?> reading = rig.run(rig.client.history("b", HistoryQuery.newest(2)));
    CompletableFuture<?> publishing = rig.run(rig.client.publish("d", "x"));
    socket.receive(legacyReply(1, "mesh/subscribe-channel", REFUSED));
    socket.receive(legacyReply(2, "mesh/get-channel-history", REFUSED));
    socket.receive(
        legacyReply(
            3,
            "mesh/publish-channel",
            "{\"error\":\"Command \\\"mesh/publish-channel\\\" not found\",\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}"));

    assertFailed(subscribing, "EACCESS");
    assertFailed(reading, "EACCESS");
    assertFailed(publishing, "ENOTFOUND");
  }

  @Test
  void serversWithoutAPrefixAreNotAskedForWhatTheyNeverHad() {
    FakeSocket socket = greeted("");

    assertFailed(rig.run(rig.client.history("c", HistoryQuery.newest(2))), "ENOTFOUND");
    assertFailed(rig.run(rig.client.publish("c", "x")), "ENOTFOUND");
    assertThat(socket.takeSent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "mesh/", "rt/"})
  void reconnectIsAGapBeforeWhatComesNext(String prefix) {
    FakeSocket socket = greeted(prefix);
    rig.run(rig.client.subscribe("c", String.class, log));
    socket.receive(legacyReply(1, prefix + "subscribe-channel", NONE));

    socket.closeFromServer(1006, "");
    rig.awaitReconnect();
    FakeSocket next = greet(rig.connector.next().accept(), prefix);
    assertThat(next.takeOne()).isEqualTo(call(1, prefix + "subscribe-channel", "c"));
    next.receive(push(prefix + "subscription-message", "c", "\"before the reply\""));
    next.receive(legacyReply(1, prefix + "subscribe-channel", NONE));
    next.receive(push(prefix + "subscription-message", "c", "\"after\""));

    assertThat(log.told).containsExactly("gap ? to ?", "before the reply", "after");
  }

  @Test
  void gapsAndRevocationsAreOfV1Only() {
    FakeSocket socket = greeted("mesh/");
    rig.run(rig.client.subscribe("c", String.class, log));
    socket.receive(legacyReply(1, "mesh/subscribe-channel", NONE));

    socket.receive("{\"command\":\"mesh/channel-revoked\",\"payload\":{\"channel\":\"c\"}}");
    socket.receive("{\"command\":\"mesh/channel-gap\",\"payload\":{\"channel\":\"c\"}}");
    socket.receive(push("mesh/subscription-message", "c", "\"still there\""));

    assertThat(log.told).containsExactly("still there");
  }

  private FakeSocket greeted(String prefix) {
    if (prefix.isEmpty()) {
      rig = new ClientRig(builder -> builder.generation(Generation.BARE));
    }
    rig.client.connect();
    return greet(rig.connector.next().accept(), prefix);
  }

  private FakeSocket greet(FakeSocket socket, String prefix) {
    if (!prefix.isEmpty()) {
      socket.receive(prefix.equals("mesh/") ? Frames.MESH_ASSIGN_ID : Frames.RT_ASSIGN_ID);
    }
    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
    return socket;
  }
}
