// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LiveNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.presence.PresenceOptions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What it means to be a subscriber: replacing, limits, the end, and what each generation gets. */
abstract class SubscriptionContract extends PresenceContract {
  @Override
  PresenceFeature.Settings settings() {
    return new PresenceFeature.Settings(8 * 1024, millis(20), millis(100));
  }

  @Test
  void aSecondSubscriptionReplacesTheFirstAlsoInAnotherGeneration() {
    LivePeer peer = first().legacy();
    peer.ask("mesh/subscribe-presence", IN_ROOM);
    peer.ask("rt/subscribe-presence", IN_ROOM);

    LivePeer other = member(second());

    peer.told(1);
    assertThat(pushes(peer))
        .singleElement()
        .asString()
        .startsWith("{\"command\":\"rt/presence-update\"")
        .contains(other.id());
    assertThat(first().presence.subscriptions()).isEqualTo(1);
    assertThat(first().live.counts().of(peer.session())).isEqualTo(1);
    assertThat(peer.result("mesh/unsubscribe-presence", IN_ROOM).asBoolean()).isTrue();
    assertThat(peer.result("rt/unsubscribe-presence", IN_ROOM).asBoolean()).isFalse();
  }

  @Test
  void ofTheSnapshotsOfOneClientEachBeginsAnew() {
    LivePeer peer = subscribed(first());
    LivePeer other = member(second());
    peer.told(1);

    JsonNode again = peer.result("mesh/subscribe-presence", IN_ROOM);
    second().leave(other, ROOM);

    assertThat(again.get("present")).hasSize(1);
    assertThat(peer.told(2)).containsExactly("join " + other.id(), "leave " + other.id());
  }

  @Test
  void unsubscribingTellsOfThisConnectionOnly() {
    LivePeer one = subscribed(first());
    LivePeer other = first().v1();

    assertThat(other.result("mesh/unsubscribe-presence", IN_ROOM).asBoolean()).isFalse();
    assertThat(one.result("mesh/unsubscribe-presence", IN_ROOM).asBoolean()).isTrue();
  }

  @Test
  void aConnectionHasSoManySubscriptionsAndNoMore() {
    first().presence.track(Pattern.compile("r\\d+"), PresenceOptions.defaults());
    LivePeer peer = first().v1();
    for (int i = 1; i < LiveNode.MAX_SUBSCRIPTIONS; i++) {
      subscribe(peer, i);
    }

    JsonNode last = subscribe(peer, LiveNode.MAX_SUBSCRIPTIONS);
    JsonNode beyond = subscribe(peer, 0);
    JsonNode replacing = subscribe(peer, 7);
    peer.result("mesh/unsubscribe-presence", "{\"roomName\":\"r7\"}");
    JsonNode afterwards = subscribe(peer, 0);

    assertThat(last.get("success").asBoolean()).isTrue();
    assertThat(beyond.get("code").asText()).isEqualTo("ELIMIT");
    assertThat(replacing.get("success").asBoolean()).isTrue();
    assertThat(afterwards.get("success").asBoolean()).isTrue();
    assertThat(first().live.metrics().hits(Limit.SUBSCRIPTIONS)).isEqualTo(1);
  }

  @Test
  void nothingIsLeftOfAConnectionThatClosed() {
    LivePeer peer = subscribed(first());
    LivePeer witness = first().v1();

    peer.disconnect();
    member(second());

    Awaitility.await().until(() -> first().presence.subscriptions() == 0);
    Awaitility.await().until(() -> first().live.counts().of(peer.session()) == 0);
    Awaitility.await().until(() -> first().presence.followedRooms() == 0);
    assertThat(witness.told()).isEmpty();
    assertThat(peer.told()).isEmpty();
  }

  @Test
  void theLastSubscriberEndsTheFollowingAfterAWhile() {
    LivePeer one = subscribed(first());
    LivePeer two = subscribed(first());
    one.result("mesh/unsubscribe-presence", IN_ROOM);
    int withOne = first().presence.followedRooms();

    two.result("mesh/unsubscribe-presence", IN_ROOM);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> first().presence.followedRooms() == 0);
    LivePeer later = subscribed(first());
    LivePeer other = member(second());

    assertThat(withOne).isEqualTo(1);
    assertThat(later.told(1)).containsExactly("join " + other.id());
  }

  @Test
  void clientsWithoutAPrefixGetNamesOnly() {
    LivePeer there = member(second());
    publish(there, "1", "");
    LivePeer peer = first().legacy();

    String reply = peer.ask("subscribe-presence", IN_ROOM);
    publish(there, "2", "");
    second().leave(there, ROOM);
    peer.told(1);

    assertThat(reply)
        .isEqualTo(
            "{\"id\":1,\"command\":\"subscribe-presence\",\"payload\":{\"success\":true,"
                + "\"present\":[\""
                + there.id()
                + "\"]}}");
    assertThat(peer.told()).containsExactly("leave " + there.id());
    assertThat(peer.ask("unsubscribe-presence", IN_ROOM))
        .isEqualTo("{\"id\":2,\"command\":\"unsubscribe-presence\",\"payload\":true}");
  }

  @Test
  void theRecordedConversationIsHeldWithEachPrefix() {
    for (String prefix : List.of("mesh/", "rt/")) {
      LivePeer peer = first().legacy();
      first().join(peer, ROOM);
      first().attach(peer, "{\"a\":1,\"n\":{\"x\":1,\"y\":2}}");
      String me = peer.id();

      assertThat(peer.ask(prefix + "subscribe-presence", IN_ROOM))
          .isEqualTo(
              reply(
                  1,
                  prefix + "subscribe-presence",
                  "{\"success\":true,\"present\":[{\"id\":\""
                      + me
                      + "\",\"metadata\":{\"a\":1,\"n\":{\"x\":1,\"y\":2}}}],\"states\":{}}"));
      assertThat(
              peer.ask(
                  prefix + "publish-presence-state",
                  "{\"roomName\":\"room:a\",\"state\":{\"s\":\"typing\"},\"expireAfter\":100}"))
          .isEqualTo(reply(2, prefix + "publish-presence-state", "true"));
      peer.told(2);
      LivePeer other = member(second());
      second().leave(other, ROOM);
      peer.told(4);
      assertThat(pushes(peer).stream().map(push -> push.replaceAll("\\d{13}", "T")))
          .containsExactly(
              push(prefix, "state", me, ",\"state\":{\"s\":\"typing\"}"),
              push(prefix, "state", me, ",\"state\":null"),
              push(prefix, "join", other.id(), ""),
              push(prefix, "leave", other.id(), ""));
      assertThat(peer.ask(prefix + "get-presence-state", IN_ROOM))
          .isEqualTo(
              reply(
                  3,
                  prefix + "get-presence-state",
                  "{\"success\":true,\"present\":[\"" + me + "\"],\"states\":{}}"));
      assertThat(peer.ask(prefix + "unsubscribe-presence", IN_ROOM))
          .isEqualTo(reply(4, prefix + "unsubscribe-presence", "true"));
      assertThat(peer.ask(prefix + "subscribe-presence", "{\"roomName\":\"no\"}"))
          .isEqualTo(reply(5, prefix + "subscribe-presence", "{\"success\":false,\"present\":[]}"));
      first().leave(peer, ROOM);
    }
  }

  @Test
  void whatIsRefusedIsFalseForTheOlders() {
    LivePeer peer = first().legacy();
    String name = "mesh/publish-presence-state";
    String inRoom = "{\"roomName\":\"room:a\",\"state\":";

    assertThat(peer.result(name, inRoom + "1}").toString()).isEqualTo("false");
    first().join(peer, ROOM);
    for (String state : List.of("null", "false", "0", "\"\"")) {
      assertThat(peer.result(name, inRoom + state + "}").toString()).isEqualTo("false");
    }
    assertThat(peer.result(name, IN_ROOM).toString()).isEqualTo("false");
    assertThat(peer.result(name, "{\"roomName\":\"no\",\"state\":1}").toString())
        .isEqualTo("false");
    assertThat(peer.result("mesh/clear-presence-state", "{\"roomName\":\"no\"}").toString())
        .isEqualTo("false");
    assertThat(peer.result("mesh/get-presence-state", "{\"roomName\":\"no\"}"))
        .isEqualTo(LivePeer.json("{\"success\":false,\"present\":[]}"));
  }

  @Test
  void whatComesRightBehindTheReplyIsHeldForTheOlders() {
    first().node().timers().freeze();
    LivePeer old = first().legacy();
    LivePeer v1 = first().v1();
    old.ask("mesh/subscribe-presence", IN_ROOM);
    v1.ask("mesh/subscribe-presence", IN_ROOM);
    LivePeer one = member(second());
    LivePeer two = member(second());

    v1.told(2);
    old.ask("mesh/noop", "{}");
    List<String> during = old.told();
    first().node().timers().wake();

    assertThat(during).isEmpty();
    assertThat(old.told(2)).containsExactly("join " + one.id(), "join " + two.id());
  }

  @Test
  void whatWasHeldIsNotToldAfterUnsubscribing() {
    first().node().timers().freeze();
    LivePeer old = first().legacy();
    LivePeer v1 = subscribed(first());
    old.ask("mesh/subscribe-presence", IN_ROOM);
    member(second());
    v1.told(1);

    old.ask("mesh/unsubscribe-presence", IN_ROOM);
    first().node().timers().wake();
    member(second());
    v1.told(2);

    assertThat(old.told()).isEmpty();
  }

  private JsonNode subscribe(LivePeer peer, int number) {
    return peer.result("mesh/subscribe-presence", "{\"roomName\":\"r" + number + "\"}");
  }

  private static List<String> pushes(LivePeer peer) {
    return peer.frames().stream().filter(frame -> frame.contains("presence-update")).toList();
  }

  private static String reply(int id, String command, String payload) {
    return "{\"id\":" + id + ",\"command\":\"" + command + "\",\"payload\":" + payload + "}";
  }

  private static String push(String prefix, String type, String id, String more) {
    return "{\"command\":\""
        + prefix
        + "presence-update\",\"payload\":{\"type\":\""
        + type
        + "\",\"connectionId\":\""
        + id
        + "\",\"roomName\":\"room:a\""
        + more
        + ",\"timestamp\":T}}";
  }
}
