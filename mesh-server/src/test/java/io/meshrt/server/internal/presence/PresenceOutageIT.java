// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.RedisTestWorld;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import io.meshrt.server.presence.PresenceOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis dies, and comes back without remembering anything. */
class PresenceOutageIT {
  private static final String ROOM = PresenceContract.ROOM;
  private static final String IN_ROOM = PresenceContract.IN_ROOM;

  private RedisServer redis;
  private RedisTestWorld world;
  private PresenceNode first;
  private PresenceNode second;

  @BeforeEach
  void startNodes() {
    redis = RedisServer.started();
    world = new RedisTestWorld(RedisSettings.of(redis.uri()));
    first = new PresenceNode(world.node("n1"), PresenceFeature.Settings.defaults());
    second = new PresenceNode(world.node("n2"), PresenceFeature.Settings.defaults());
    first.presence.track(ROOM, PresenceOptions.defaults());
    second.presence.track(ROOM, PresenceOptions.defaults());
  }

  @AfterEach
  void closeNodes() {
    world.close();
    redis.close();
    first.close();
    second.close();
  }

  @Test
  void requestsFailInTimeAndSubscriptionsHeal() {
    LivePeer watcher = PresenceContract.subscribed(first);
    LivePeer member = PresenceContract.member(second);
    LivePeer asking = first.v1();
    asking.ask("mesh/subscribe-presence", IN_ROOM);
    watcher.told(1);

    redis.kill();
    long since = System.nanoTime();
    List<JsonNode> failures =
        List.of(
            asking.result("mesh/subscribe-presence", IN_ROOM),
            first.v1().result("mesh/subscribe-presence", IN_ROOM),
            asking.result("mesh/get-presence-state", IN_ROOM),
            member.result("mesh/publish-presence-state", "{\"roomName\":\"room:a\",\"state\":1}"));
    Duration taken = Duration.ofNanos(System.nanoTime() - since);
    String application = failureOf(first);
    redis.start();
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> ids(first).equals(Set.of(member.id())));
    LivePeer late = second.v1();
    Awaitility.await()
        .atMost(Duration.ofSeconds(40))
        .ignoreExceptions()
        .untilAsserted(() -> second.join(late, ROOM));

    assertThat(failures)
        .allSatisfy(failure -> assertThat(failure.path("code").asText()).isEqualTo("EUNAVAILABLE"));
    assertThat(taken).isLessThan(Duration.ofSeconds(5L * failures.size()));
    assertThat(application).isEqualTo("EUNAVAILABLE");
    assertHealed(watcher, Set.of(), Set.of(member.id(), late.id()));
    assertHealed(asking, Set.of(member.id()), Set.of(member.id(), late.id()));
  }

  private static void assertHealed(LivePeer subscriber, Set<String> snapshot, Set<String> present) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(afterAll(snapshot, subscriber.told())).isEqualTo(present));
  }

  /** Who is there after all that was told; fails when a push does not fit those before. */
  private static Set<String> afterAll(Set<String> snapshot, List<String> told) {
    Set<String> present = new TreeSet<>(snapshot);
    for (String push : told) {
      List<String> words = List.of(push.split(" ", -1));
      String id = words.get(1);
      boolean fits =
          switch (words.get(0)) {
            case "join" -> present.add(id);
            case "leave" -> present.remove(id);
            default -> present.contains(id);
          };
      assertThat(fits).as("%s in %s", push, told).isTrue();
    }
    return present;
  }

  private static Set<String> ids(PresenceNode node) {
    Set<String> ids = new TreeSet<>();
    node.v1()
        .result("mesh/get-presence-state", IN_ROOM)
        .path("present")
        .forEach(id -> ids.add(id.asText()));
    return ids;
  }

  private static String failureOf(PresenceNode node) {
    Throwable failure = node.presence.members(ROOM).handle((members, thrown) -> thrown).join();
    return failure instanceof CommandException meant ? meant.code() : String.valueOf(failure);
  }
}
