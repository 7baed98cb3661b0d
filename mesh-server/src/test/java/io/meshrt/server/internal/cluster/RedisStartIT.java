// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.meshrt.faults.RedisServer;
import io.meshrt.faults.SharedRedis;
import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Nodes that start without Redis, with a password, or next to another deployment. */
class RedisStartIT {
  private static final Topic NEWS = new Topic("channel", "news");

  @Test
  void startWaitsForRedisAndCallsFailMeanwhile() {
    RedisServer redis = RedisServer.started();
    redis.kill();
    RedisSettings settings = RedisSettings.of(redis.uri()).withRetryDelay(Duration.ofMillis(200));
    try (redis;
        RedisTestWorld world = new RedisTestWorld(settings)) {
      TestNode node = world.unstarted("n1", LeaseOptions.defaults());

      CompletableFuture<Void> started = node.cluster().start();
      Map<String, String> outcomes =
          RedisFaults.outcomes(RedisFaults.everyCall(node), System.nanoTime());
      boolean early = started.isDone();
      redis.start();

      RedisFaults.assertAllUnavailable(outcomes);
      assertThat(early).isFalse();
      Awaitility.await().atMost(RedisFaults.RECOVERY).until(started::isDone);
      assertThat(TestWorld.get(RedisFaults.publish(node, NEWS, "a")).offset()).isEqualTo(1);
    }
  }

  @Test
  void startFailsOnRequestNamingHostAndPortOnly() {
    RedisServer redis = RedisServer.started("requirepass", "right");
    int port = redis.port();
    try (redis) {
      assertStartFails("redis://ann:s3cret@127.0.0.1:" + port, "127.0.0.1:" + port);
      redis.kill();
      assertStartFails("redis://ann:s3cret@127.0.0.1:" + port, "127.0.0.1:" + port);
    }
  }

  private static void assertStartFails(String uri, String address) {
    RedisSettings settings = RedisSettings.of(uri).withStartup(RedisSettings.Startup.FAIL);
    try (RedisTestWorld world = new RedisTestWorld(settings)) {
      Cluster cluster = world.unstarted("n1", LeaseOptions.defaults()).cluster();

      Throwable failure = catchThrowable(() -> TestWorld.get(cluster.start()));

      assertThat(failure).isInstanceOf(CompletionException.class);
      assertThat(failure.getCause()).isInstanceOf(IllegalStateException.class);
      assertThat(failure.getCause()).hasMessageContaining(address).hasNoCause();
      assertThat(failure.toString()).doesNotContain("s3cret", "ann");
    }
  }

  @Test
  void passwordOfTheUriIsUsed() {
    RedisServer redis = RedisServer.started("requirepass", "s p@ss");
    String uri = "redis://:s%20p%40ss@127.0.0.1:" + redis.port();
    try (redis;
        RedisTestWorld world = new RedisTestWorld(RedisSettings.of(uri))) {
      TestNode node = world.node("n1");

      assertThat(TestWorld.get(RedisFaults.publish(node, NEWS, "a")).offset()).isEqualTo(1);
    }
  }

  @Test
  void deploymentsWithDifferentPrefixesNeverMeet() {
    RedisSettings settings = RedisSettings.of(SharedRedis.uri());
    try (RedisTestWorld one = new RedisTestWorld(settings);
        RedisTestWorld other = new RedisTestWorld(settings)) {
      TestNode here = one.node("n1");
      TestNode there = other.node("n1");
      Topic lobby = new Topic("room", "lobby");
      HeardTopic heardThere = RedisFaults.hear(there, NEWS);
      HeardTopic eventsThere = RedisFaults.hear(there, lobby.events());

      TestWorld.get(RedisFaults.publish(here, NEWS, "here"));
      TestWorld.get(here.members().join(lobby, "anna", null));
      TestWorld.get(here.store().commit(NEWS, Store.Write.put("k", Version.ANY, new byte[0])));
      TestWorld.get(RedisFaults.publish(there, NEWS, "there"));
      TestWorld.get(there.members().join(lobby, "bert", null));

      heardThere.awaitLast("there@1");
      eventsThere.await(h -> h.publications().size() == 1);
      assertThat(heardThere.all()).containsExactly("there@1");
      assertThat(eventsThere.events()).containsExactly("JOINED bert");
      assertThat(TestWorld.get(there.members().members(lobby)).members()).hasSize(1);
      assertThat(TestWorld.get(there.store().readAll(NEWS))).isEmpty();
      assertThat(TestWorld.get(there.cluster().liveNodes()))
          .isEqualTo(Set.of(there.cluster().self()));
      assertThat(TestWorld.get(there.members().groups("room"))).isEqualTo(Set.of(lobby));
    }
  }
}
