// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.metrics.Limit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What subscribers get, in which form, and what it takes to be one. */
abstract class SubscriptionContract extends ChannelContract {
  @Test
  void aMessageReachesTheSubscribersOfAllNodes() {
    LivePeer one = subscribed(first());
    LivePeer two = subscribed(second());

    publish(second(), "hello", 0);

    assertThat(one.told(1)).containsExactly("chat:1 \"hello\"");
    assertThat(two.told(1)).containsExactly("chat:1 \"hello\"");
  }

  @Test
  void messagesDoNotLeakIntoOtherChannels() {
    LivePeer peer = subscribed(first());

    get(second().channels.publish("chat:2", "for others"));
    publish(second(), "for us", 0);

    assertThat(peer.told(1)).containsExactly("chat:1 \"for us\"");
  }

  @Test
  void clientsOfTheFamilyGetTexts() {
    LivePeer peer = first().legacy();
    peer.ask("subscribe-channel", TO_CHAT);

    publish(second(), "text", 0);
    publish(second(), Map.of("hi", 1), 0);
    publish(second(), null, 0);
    peer.told(3);

    assertThat(pushes(peer))
        .containsExactly(
            "{\"command\":\"subscription-message\",\"payload\":"
                + "{\"channel\":\"chat:1\",\"message\":\"text\"}}",
            "{\"command\":\"subscription-message\",\"payload\":"
                + "{\"channel\":\"chat:1\",\"message\":\"{\\\"hi\\\":1}\"}}",
            "{\"command\":\"subscription-message\",\"payload\":"
                + "{\"channel\":\"chat:1\",\"message\":\"null\"}}");
  }

  @Test
  void v1ClientsGetValuesAndPositions() {
    LivePeer peer = subscribed(first());

    ChannelPosition position = publish(second(), Map.of("hi", 1), 10);
    peer.told(1);

    JsonNode push = LivePeer.json(pushes(peer).get(0)).get("payload");
    assertThat(push.get("message")).hasToString("{\"hi\":1}");
    assertThat(push.get("epoch").asText()).isEqualTo(position.epoch());
    assertThat(push.get("offset").asLong()).isEqualTo(position.offset()).isEqualTo(1);
    assertThat(push.get("time").asLong()).isPositive();
  }

  @Test
  void whatIsNotNumberedHasNoPosition() {
    LivePeer peer = subscribed(first());

    ChannelPosition position = publish(second(), 1, 0);
    peer.told(1);

    assertThat(position).isEqualTo(ChannelPosition.NONE);
    assertThat(pushes(peer))
        .containsExactly(
            "{\"command\":\"mesh/subscription-message\",\"payload\":"
                + "{\"channel\":\"chat:1\",\"message\":1}}");
  }

  @Test
  void aSecondSubscriptionReplacesTheFirstAlsoInAnotherGeneration() {
    LivePeer peer = first().legacy();
    peer.ask("mesh/subscribe-channel", TO_CHAT);
    peer.ask("rt/subscribe-channel", TO_CHAT);

    publish(second(), "once", 0);
    publish(second(), "end", 0);
    peer.told(2);

    assertThat(pushes(peer)).hasSize(2).allMatch(push -> push.contains("\"rt/subscription-"));
    assertThat(first().live.counts().of(peer.session())).isEqualTo(1);
    assertThat(first().channels.subscribers(CHAT)).isEqualTo(1);
  }

  @Test
  void unsubscribingTellsOfThisConnectionOnly() {
    LivePeer one = subscribed(first());
    LivePeer other = first().v1();

    assertThat(other.result("mesh/unsubscribe-channel", TO_CHAT).asBoolean()).isFalse();
    assertThat(one.result("mesh/unsubscribe-channel", TO_CHAT).asBoolean()).isTrue();
    assertThat(one.result("mesh/unsubscribe-channel", TO_CHAT).asBoolean()).isFalse();
  }

  @Test
  void nothingComesBehindTheAnswerToUnsubscribing() {
    LivePeer peer = subscribed(first());
    LivePeer witness = subscribed(first());

    peer.result("mesh/unsubscribe-channel", TO_CHAT);
    publish(second(), "late", 0);
    witness.told(1);

    assertThat(peer.told()).isEmpty();
  }

  @Test
  void clientsOfTheFamilyThatSubscribeTwiceMissNothing() {
    LivePeer peer = first().legacy();
    peer.ask("mesh/subscribe-channel", TO_CHAT);
    CompletableFuture<?> publisher =
        CompletableFuture.runAsync(
            () -> IntStream.rangeClosed(1, 60).forEach(i -> publish(second(), i, 10)));

    while (!publisher.isDone()) {
      peer.ask("mesh/subscribe-channel", TO_CHAT);
    }

    get(publisher);
    assertThat(peer.told(60))
        .isEqualTo(IntStream.rangeClosed(1, 60).mapToObj(i -> "chat:1 \"" + i + "\"").toList());
  }

  @Test
  void whatIsNotExposedIsRefused() {
    LivePeer v1 = first().v1();
    LivePeer legacy = first().legacy();
    String secret = "{\"channel\":\"secret\",\"historyLimit\":3}";

    assertThat(v1.result("mesh/subscribe-channel", secret).get("code").asText())
        .isEqualTo("EACCESS");
    assertThat(v1.result("mesh/get-channel-history", secret).get("code").asText())
        .isEqualTo("EACCESS");
    assertThat(legacy.result("subscribe-channel", secret))
        .hasToString("{\"success\":false,\"history\":[]}");
    assertThat(legacy.result("mesh/get-channel-history", secret))
        .hasToString("{\"success\":false,\"history\":[]}");
    Awaitility.await().until(() -> first().live.counts().of(v1.session()) == 0);
    Awaitility.await().until(() -> first().channels.sessions() == 0);
  }

  @Test
  void aBadRequestNamesItsField() {
    LivePeer peer = first().v1();

    assertThat(peer.result("mesh/subscribe-channel", "{}").get("message").asText())
        .contains("channel");
    assertThat(subscribe(peer, ",\"historyLimit\":\"many\"").get("message").asText())
        .contains("historyLimit");
    assertThat(
            subscribe(peer, ",\"recover\":{\"epoch\":\"e\",\"offset\":-1}").get("message").asText())
        .contains("recover.offset");
    assertThat(subscribe(peer, ",\"recover\":{\"epoch\":\"\",\"offset\":1}").get("code").asText())
        .isEqualTo("EBADREQUEST");
  }

  @Test
  void theNewestFirstForTheSeedAndV1AndTheOldestFirstForTheOthers() {
    for (int i = 1; i <= 5; i++) {
      publish(second(), "m" + i, 4);
    }
    LivePeer legacy = first().legacy();
    String three = "{\"channel\":\"chat:1\",\"historyLimit\":3}";

    assertThat(legacy.ask("subscribe-channel", three))
        .endsWith("\"payload\":{\"success\":true,\"history\":[\"m5\",\"m4\",\"m3\"]}}");
    assertThat(legacy.ask("mesh/subscribe-channel", three))
        .endsWith("\"payload\":{\"success\":true,\"history\":[\"m3\",\"m4\",\"m5\"]}}");
    assertThat(legacy.ask("rt/subscribe-channel", "{\"channel\":\"chat:1\",\"historyLimit\":9}"))
        .endsWith("\"payload\":{\"success\":true,\"history\":[\"m2\",\"m3\",\"m4\",\"m5\"]}}");
    assertThat(legacy.ask("subscribe-channel", TO_CHAT))
        .endsWith("\"payload\":{\"success\":true,\"history\":[]}}");
    assertThat(legacy.ask("mesh/get-channel-history", "{\"channel\":\"chat:1\",\"limit\":2}"))
        .endsWith("\"payload\":{\"success\":true,\"history\":[\"m4\",\"m5\"]}}");
    JsonNode v1 = subscribe(first().v1(), ",\"historyLimit\":3");
    assertThat(messages(v1.get("history"))).containsExactly("\"m5\"", "\"m4\"", "\"m3\"");
    assertThat(v1.get("offset").asLong()).isEqualTo(5);
    assertThat(v1.has("more")).isFalse();
  }

  @Test
  void theHistoryOfAReplyHasABound() {
    for (int i = 1; i <= 310; i++) {
      publish(second(), i, 400);
    }

    JsonNode v1 = subscribe(first().v1(), ",\"historyLimit\":1000");

    assertThat(v1.get("history")).hasSize(300);
    assertThat(v1.get("history").get(0).get("offset").asLong()).isEqualTo(310);
    assertThat(v1.get("more").asBoolean()).isTrue();
  }

  @Test
  void aLargeHistoryIsCutAndSaysSo() {
    String large = "x".repeat(60_000);
    for (int i = 1; i <= 6; i++) {
      publish(second(), large + i, 400);
    }

    JsonNode v1 = subscribe(first().v1(), ",\"historyLimit\":6");

    assertThat(v1.get("history")).hasSize(4);
    assertThat(v1.get("more").asBoolean()).isTrue();
    assertThat(v1.get("history").get(0).get("offset").asLong()).isEqualTo(6);
  }

  @Test
  void aPolicyKeepsWhatPublishersDoNotSpeakOf() {
    second().channels.policy(Pattern.compile("chat:.*"), ChannelPolicy.history(2));

    for (int i = 1; i <= 3; i++) {
      get(second().channels.publish(CHAT, i));
    }

    assertThat(messages(subscribe(first().v1(), ",\"historyLimit\":9").get("history")))
        .containsExactly("3", "2");
  }

  @Test
  void aRepeatUnderTheSameIdIsNotPublishedAgain() {
    LivePeer peer = subscribed(first());
    PublishOptions named = PublishOptions.defaults().withId("order-7").withHistory(10);

    ChannelPosition once = get(second().channels.publish(CHAT, "a", named));
    ChannelPosition again = get(first().channels.publish(CHAT, "a", named));
    publish(second(), "b", 10);

    assertThat(again).isEqualTo(once);
    assertThat(peer.told(2)).containsExactly("chat:1 \"a\"", "chat:1 \"b\"");
  }

  @Test
  void aMessageBeyondTheLimitIsRefused() {
    String largest = "x".repeat(64 * 1024 - 2);

    publish(first(), largest, 0);

    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> publish(first(), largest + "x", 0))
        .satisfies(
            failure ->
                assertThat(((CommandException) failure.getCause()).code()).isEqualTo("ETOOLARGE"));
    assertThat(first().live.metrics().hits(Limit.CHANNEL_MESSAGE_BYTES)).isEqualTo(1);
  }

  @Test
  void aConnectionHasSoManySubscriptionsAndNoMore() {
    LivePeer peer = first().v1();
    for (int i = 1; i < LiveNode.MAX_SUBSCRIPTIONS; i++) {
      subscribeTo(peer, i);
    }

    JsonNode last = subscribeTo(peer, LiveNode.MAX_SUBSCRIPTIONS);
    JsonNode beyond = subscribeTo(peer, 0);
    JsonNode replacing = subscribeTo(peer, 7);
    peer.result("mesh/unsubscribe-channel", "{\"channel\":\"chat:7\"}");
    JsonNode afterwards = subscribeTo(peer, 0);

    assertThat(last.get("success").asBoolean()).isTrue();
    assertThat(beyond.get("code").asText()).isEqualTo("ELIMIT");
    assertThat(replacing.get("success").asBoolean()).isTrue();
    assertThat(afterwards.get("success").asBoolean()).isTrue();
    assertThat(first().live.metrics().hits(Limit.SUBSCRIPTIONS)).isEqualTo(1);
  }

  @Test
  void nothingIsLeftOfAConnectionThatClosed() {
    LivePeer peer = subscribed(first());
    LivePeer witness = subscribed(first());

    peer.disconnect();
    publish(second(), "after", 0);
    witness.told(1);

    assertThat(peer.told()).isEmpty();
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(first().live.counts().of(peer.session())).isZero();
              assertThat(first().channels.subscribers(CHAT)).isEqualTo(1);
              assertThat(first().channels.sessions()).isEqualTo(1);
              assertThat(first().live.metrics().channelCounts().subscriptions()).isEqualTo(1);
            });
  }

  private static JsonNode subscribeTo(LivePeer peer, int number) {
    return peer.result("mesh/subscribe-channel", "{\"channel\":\"chat:" + number + "\"}");
  }

  private static List<String> pushes(LivePeer peer) {
    return peer.frames().stream().filter(frame -> frame.contains("subscription-message")).toList();
  }
}
