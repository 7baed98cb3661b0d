// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.server.presence.PresentMember;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who hears of whom: cases 56 to 60 of what the reference pins down. */
abstract class MembershipContract extends PresenceContract {
  @Test
  void aTrackedRoomBeginsWithNobody() {
    LivePeer peer = first().v1();

    assertThat(peer.ask("mesh/subscribe-presence", IN_ROOM))
        .isEqualTo("{\"id\":1,\"payload\":{\"success\":true,\"present\":[],\"states\":{}}}");
  }

  @Test
  void aRoomThatIsNotTrackedIsRefused() {
    LivePeer peer = first().v1();
    LivePeer stranger = second().v1();
    second().join(stranger, "other");

    assertThat(peer.result("mesh/subscribe-presence", "{\"roomName\":\"other\"}").get("code"))
        .hasToString("\"EACCESS\"");
    assertThat(first().live.counts().of(peer.session())).isZero();
    assertThat(peer.told()).isEmpty();
  }

  @Test
  void aGuardTellsClientsApart() {
    LivePeer friend = first().v1();
    LivePeer other = first().v1();
    track(
        PresenceOptions.defaults()
            .withGuard((connection, room) -> connection.id().equals(friend.id())));

    JsonNode admitted = friend.result("mesh/subscribe-presence", IN_ROOM);
    JsonNode refused = other.result("mesh/subscribe-presence", IN_ROOM);
    LivePeer joined = member(second());

    assertThat(admitted.get("success").asBoolean()).isTrue();
    assertThat(refused.get("code").asText()).isEqualTo("EACCESS");
    assertThat(friend.told(1)).containsExactly("join " + joined.id());
    assertThat(other.told()).isEmpty();
  }

  @Test
  void theGuardIsAskedAgainForEachRequest() {
    AtomicBoolean open = new AtomicBoolean(true);
    track(PresenceOptions.defaults().withGuard((connection, room) -> open.get()));
    LivePeer peer = subscribed(first());
    first().join(peer, ROOM);
    peer.told(1);

    open.set(false);
    JsonNode again = peer.result("mesh/subscribe-presence", IN_ROOM);
    JsonNode reading = peer.result("mesh/get-presence-state", IN_ROOM);
    JsonNode publishing = peer.result("mesh/publish-presence-state", withState("1"));
    member(second());

    assertThat(List.of(again, reading, publishing))
        .allSatisfy(result -> assertThat(result.get("code").asText()).isEqualTo("EACCESS"));
    assertThat(peer.result("mesh/unsubscribe-presence", IN_ROOM).asBoolean()).isFalse();
    assertThat(peer.told()).hasSize(1);
    assertThat(first().live.counts().of(peer.session())).isZero();
  }

  @Test
  void joinsAndLeavesAreToldWithTheTime() {
    LivePeer peer = subscribed(first());
    long before = System.currentTimeMillis();
    LivePeer other = member(second());
    second().leave(other, ROOM);
    peer.told(2);

    List<JsonNode> pushes =
        peer.frames().stream()
            .filter(frame -> frame.contains("presence-update"))
            .map(frame -> LivePeer.json(frame).get("payload"))
            .toList();
    assertThat(peer.told()).containsExactly("join " + other.id(), "leave " + other.id());
    assertThat(pushes)
        .allSatisfy(
            push -> {
              assertThat(push.get("roomName").asText()).isEqualTo(ROOM);
              assertThat(push.get("timestamp").isIntegralNumber()).isTrue();
              assertThat(push.get("timestamp").asLong())
                  .isBetween(before, System.currentTimeMillis());
              assertThat(push.size()).isEqualTo(4);
            });
  }

  @Test
  void nothingIsToldAfterUnsubscribing() {
    LivePeer peer = subscribed(first());
    LivePeer witness = subscribed(first());

    JsonNode was = peer.result("mesh/unsubscribe-presence", IN_ROOM);
    JsonNode wasNot = peer.result("mesh/unsubscribe-presence", IN_ROOM);
    member(second());
    witness.told(1);

    assertThat(was.asBoolean()).isTrue();
    assertThat(wasNot.asBoolean()).isFalse();
    assertThat(peer.told()).isEmpty();
    assertThat(first().live.counts().of(peer.session())).isZero();
  }

  @Test
  void aSubscriberHearsOfItself() {
    LivePeer peer = subscribed(first());

    first().join(peer, ROOM);

    assertThat(peer.told(1)).containsExactly("join " + peer.id());
  }

  @Test
  void theSnapshotHoldsEveryoneWithMetadata() {
    LivePeer here = member(first());
    LivePeer there = member(second());
    second().attach(there, "{\"name\":\"ü\"}");
    publish(there, "{\"s\":\"typing\"}", "");

    JsonNode reply = first().v1().result("mesh/subscribe-presence", IN_ROOM);

    assertThat(reply.get("present"))
        .containsExactlyInAnyOrder(
            LivePeer.json("{\"id\":\"" + here.id() + "\",\"metadata\":null}"),
            LivePeer.json("{\"id\":\"" + there.id() + "\",\"metadata\":{\"name\":\"ü\"}}"));
    assertThat(reply.get("states"))
        .isEqualTo(LivePeer.json("{\"" + there.id() + "\":{\"s\":\"typing\"}}"));
  }

  @Test
  void theSnapshotHoldsWhatHappenedBeforeItWasAskedFor() {
    subscribed(first());
    for (int i = 1; i <= 50; i++) {
      LivePeer peer = second().v1();
      second().join(peer, ROOM);

      JsonNode reply = first().v1().result("mesh/subscribe-presence", IN_ROOM);

      assertThat(reply.get("present")).hasSize(i);
    }
  }

  @Test
  void eachSubscriberIsToldOnce() {
    List<LivePeer> peers = List.of(subscribed(first()), subscribed(first()), subscribed(second()));
    LivePeer other = member(first());
    second().v1();
    first().leave(other, ROOM);
    LivePeer last = member(second());

    assertThat(peers)
        .allSatisfy(
            peer ->
                assertThat(peer.told(3))
                    .containsExactly(
                        "join " + other.id(), "leave " + other.id(), "join " + last.id()));
  }

  @Test
  void whoIsSilentIsAbsentUntilHeardOfAgain() {
    track(PresenceOptions.defaults().withTimeToLive(millis(400)));
    second().node().timers().freeze();
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    publish(other, "1", "");
    watcher.told(2);

    List<String> atFirst = watcher.told();
    second().node().timers().wake();
    List<String> later = watcher.told(3);
    JsonNode meanwhile = first().v1().result("mesh/get-presence-state", IN_ROOM);
    boolean stillMember = !second().join(other, ROOM);
    other.send("{\"command\":\"pong\",\"payload\":{}}");
    watcher.told(4);

    assertThat(atFirst).hasSize(2);
    assertThat(later).last().isEqualTo("leave " + other.id());
    assertThat(meanwhile)
        .isEqualTo(LivePeer.json("{\"success\":true,\"present\":[],\"states\":{}}"));
    assertThat(stillMember).isTrue();
    assertThat(watcher.told().get(3)).isEqualTo("join " + other.id());
  }

  @Test
  void whoAnswersPingsStaysPresent() {
    long timeToLiveMillis = 3_000;
    track(PresenceOptions.defaults().withTimeToLive(millis(timeToLiveMillis)));
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    watcher.told(1);

    long lastNanos = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      Awaitility.await().pollDelay(millis(50)).until(() -> true);
      lastNanos = System.nanoTime();
      other.send("{\"command\":\"pong\",\"payload\":{}}");
    }

    assertThat(watcher.told(2)).containsExactly("join " + other.id(), "leave " + other.id());
    assertThat(Duration.ofNanos(System.nanoTime() - lastNanos))
        .isGreaterThanOrEqualTo(millis(timeToLiveMillis));
  }

  @Test
  void whoDisconnectsHasLeft() {
    LivePeer watcher = subscribed(first());
    LivePeer other = member(second());
    publish(other, "1", "");
    watcher.told(2);

    other.disconnect();

    assertThat(watcher.told(3)).last().isEqualTo("leave " + other.id());
    assertThat(first().v1().result("mesh/subscribe-presence", IN_ROOM))
        .isEqualTo(LivePeer.json("{\"success\":true,\"present\":[],\"states\":{}}"));
  }

  @Test
  void applicationsSeeWhoIsPresent() {
    LivePeer here = member(first());
    LivePeer there = member(second());
    publish(there, "[1]", "");

    assertThat(get(first().presence.members(ROOM)))
        .containsExactlyInAnyOrder(
            new PresentMember(here.id(), Optional.empty()),
            new PresentMember(there.id(), Optional.of(LivePeer.json("[1]"))));
    assertThat(get(first().presence.state(ROOM, there.id()))).contains(LivePeer.json("[1]"));
    assertThat(get(first().presence.state(ROOM, here.id()))).isEmpty();
    assertThat(get(first().presence.state(ROOM, "nobody"))).isEmpty();
  }

  @Test
  void applicationsAskForTrackedRoomsOnly() {
    List<CompletableFuture<?>> calls =
        List.of(
            first().presence.members("other"),
            first().presence.state("other", "x"),
            first().presence.publishState("other", "x", 1, null),
            first().presence.clearState("other", "x"));

    assertThat(calls)
        .allSatisfy(
            call ->
                assertThat(call)
                    .failsWithin(millis(5_000))
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(CommandException.class)
                    .withMessageContaining("ENOTFOUND"));
  }

  private static String withState(String state) {
    return "{\"roomName\":\"room:a\",\"state\":" + state + "}";
  }
}
