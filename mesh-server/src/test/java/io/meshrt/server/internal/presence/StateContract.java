// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.presence.PresenceOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What members say about themselves: case 61 of what the reference pins down. */
abstract class StateContract extends PresenceContract {
  @Test
  void aStateIsToldAndThatItWasCleared() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());

    String published = publish(other, "{\"s\":\"typing\"}", "");
    JsonNode cleared = other.result("mesh/clear-presence-state", IN_ROOM);

    assertThat(published).isEqualTo("{\"id\":1,\"payload\":true}");
    assertThat(cleared.booleanValue()).isTrue();
    assertThat(watcher.told(3))
        .containsExactly(
            "join " + other.id(),
            "state " + other.id() + " {\"s\":\"typing\"}",
            "state " + other.id() + " null");
  }

  @Test
  void ofTwoStatesBothAreToldAndTheLastIsKept() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());

    publish(other, "1", "");
    publish(other, "2", "");

    assertThat(watcher.told(3).subList(1, 3))
        .containsExactly("state " + other.id() + " 1", "state " + other.id() + " 2");
    assertThat(states(first())).isEqualTo(LivePeer.json("{\"" + other.id() + "\":2}"));
  }

  @Test
  void theSameStateAgainIsToldAgain() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());

    publish(other, "1", "");
    publish(other, "1", "");

    assertThat(watcher.told(3)).hasSize(3);
  }

  @Test
  void aSilentStateIsNotToldButIsInTheSnapshotsThatFollow() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());

    publish(other, "1", ",\"silent\":true");
    JsonNode later = first().v1().result("mesh/subscribe-presence", IN_ROOM).get("states");
    publish(other, "2", "");

    assertThat(later).isEqualTo(LivePeer.json("{\"" + other.id() + "\":1}"));
    assertThat(watcher.told(2)).containsExactly("join " + other.id(), "state " + other.id() + " 2");
  }

  @Test
  void aStateExpires() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());

    publish(other, "1", ",\"expireAfter\":100");

    assertThat(watcher.told(3)).last().isEqualTo("state " + other.id() + " null");
    assertThat(states(first())).isEmpty();
  }

  @Test
  void aLaterStateReplacesTheExpiryOfTheEarlier() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    LivePeer third = member(first());

    second().node().timers().freeze();
    publish(other, "1", ",\"expireAfter\":100");
    publish(other, "2", "");
    second().node().timers().wake();
    publish(third, "3", ",\"expireAfter\":300");

    assertThat(watcher.told(6)).last().isEqualTo("state " + third.id() + " null");
    assertThat(states(first())).isEqualTo(LivePeer.json("{\"" + other.id() + "\":2}"));
  }

  @Test
  void aLeaveTakesTheStateAndARejoinBeginsWithoutOne() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    publish(other, "1", "");

    second().leave(other, ROOM);
    second().join(other, ROOM);

    assertThat(watcher.told(4).subList(2, 4))
        .containsExactly("leave " + other.id(), "join " + other.id());
    assertThat(states(first())).isEmpty();
  }

  @Test
  void anExpiryDoesNotOutliveTheMembership() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    LivePeer clock = member(first());
    publish(other, "1", ",\"expireAfter\":100");
    second().leave(other, ROOM);
    second().join(other, ROOM);
    publish(other, "2", "");

    publish(clock, "0", ",\"expireAfter\":200");
    watcher.await(frame -> frame.contains(clock.id()) && frame.contains("\"state\":null"));

    assertThat(states(first())).isEqualTo(LivePeer.json("{\"" + other.id() + "\":2}"));
  }

  @Test
  void roomsAreApart() {
    first().presence.track("room:b", PresenceOptions.defaults());
    second().presence.track("room:b", PresenceOptions.defaults());
    LivePeer watcher = subscribed(first());
    LivePeer other = second().v1();
    second().join(other, "room:b");
    second().join(other, ROOM);

    other.result("mesh/publish-presence-state", "{\"roomName\":\"room:b\",\"state\":7}");
    publish(other, "8", "");

    assertThat(watcher.told(2)).containsExactly("join " + other.id(), "state " + other.id() + " 8");
    assertThat(states(first())).isEqualTo(LivePeer.json("{\"" + other.id() + "\":8}"));
  }

  @Test
  void whatCannotBePublishedIsRefusedWithItsReason() {
    LivePeer other = member(second());
    LivePeer stranger = second().v1();
    String name = "mesh/publish-presence-state";

    assertThat(code(other.result(name, IN_ROOM))).isEqualTo("EBADREQUEST");
    assertThat(code(other.result(name, "{\"roomName\":\"room:a\",\"state\":null}")))
        .isEqualTo("EBADREQUEST");
    assertThat(code(other.result(name, "{\"roomName\":\"no\",\"state\":1}"))).isEqualTo("EACCESS");
    assertThat(code(stranger.result(name, "{\"roomName\":\"room:a\",\"state\":1}")))
        .isEqualTo("ENOTFOUND");
    assertThat(code(stranger.result("mesh/clear-presence-state", IN_ROOM))).isEqualTo("ENOTFOUND");
    assertThat(code(other.result("mesh/get-presence-state", "{\"roomName\":\"no\"}")))
        .isEqualTo("EACCESS");
    assertThat(other.result(name, "{\"roomName\":\"room:a\",\"state\":false}").asBoolean())
        .isTrue();
  }

  @Test
  void aStateMayBeAsLargeAsTheLimit() {
    LivePeer other = member(first());
    int limit = settings().maxStateBytes();

    assertThat(publish(other, text(limit - 1), "")).contains("true");
    assertThat(publish(other, text(limit), "")).contains("true");
    assertThat(publish(other, text(limit + 1), "")).contains("ETOOLARGE");
    assertThat(first().live.metrics().hits(Limit.PRESENCE_STATE_BYTES)).isEqualTo(1);
    assertThat(states(first()).get(other.id()).asText()).hasSize(limit - 2);
  }

  @Test
  void theStateOfAnyMemberCanBeSetByTheApplication() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    PresenceFeature presence = first().presence;

    boolean published = get(presence.publishState(ROOM, other.id(), Map.of("a", 1), null));
    boolean replaced = get(presence.publishState(ROOM, other.id(), 2, millis(100)));
    List<String> told = watcher.told(4);
    boolean cleared = get(presence.clearState(ROOM, other.id()));

    assertThat(List.of(published, replaced, cleared)).containsOnly(true);
    assertThat(told)
        .containsExactly(
            "join " + other.id(),
            "state " + other.id() + " {\"a\":1}",
            "state " + other.id() + " 2",
            "state " + other.id() + " null");
  }

  @Test
  void theStateOfNobodyCannotBeSet() {
    LivePeer stranger = second().v1();
    PresenceFeature presence = first().presence;

    assertThat(get(presence.publishState(ROOM, stranger.id(), 1, null))).isFalse();
    assertThat(get(presence.clearState(ROOM, stranger.id()))).isFalse();
    assertThat(get(presence.publishState(ROOM, "n1-gone", 1, null))).isFalse();
    assertThat(get(presence.publishState(ROOM, "nowhere-x", 1, null))).isFalse();
    assertThat(get(presence.publishState(ROOM, "nonsense", 1, null))).isFalse();
  }

  @Test
  void theApplicationCannotSetNothingOrForNoTime() {
    PresenceFeature presence = first().presence;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> presence.publishState(ROOM, "n1-x", LivePeer.json("null"), null));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> presence.publishState(ROOM, "n1-x", 1, millis(0)));
  }

  private JsonNode states(PresenceNode node) {
    return node.v1().result("mesh/get-presence-state", IN_ROOM).get("states");
  }

  private static String code(JsonNode failure) {
    return failure.path("code").asText();
  }

  /** A JSON string of so many bytes. */
  private static String text(int bytes) {
    return "\"" + "x".repeat(bytes - 2) + "\"";
  }
}
