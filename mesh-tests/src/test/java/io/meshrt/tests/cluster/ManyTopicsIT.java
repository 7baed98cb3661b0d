// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose clients are in a great many rooms. */
class ManyTopicsIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int CLIENTS = 10;
  private static final int ROOMS = FULL ? 10_000 : 1_000;
  private static final int JOINS_AT_ONCE = 100;
  private static final int MIN_BROADCASTS = 10;
  private static final int MAX_BROADCASTS = 2_560;

  /** With all sizes what is promised, else as long as a slow machine may need. */
  private static final Duration RECOVERY = Duration.ofSeconds(FULL ? 5 : 60);

  private RedisServer redis;
  private MeshCluster cluster;
  private List<Integer> asked = List.of();
  private int atOnce = MIN_BROADCASTS;

  @BeforeEach
  void start() {
    redis = RedisServer.started("appendonly", "yes");
    SubscriptionLimits limits = SubscriptionLimits.defaults().withMaxRooms(ROOMS);
    cluster =
        MeshCluster.redis(
            2,
            RedisOptions.of(redis.uri()),
            builder -> builder.subscriptionLimits(limits),
            server -> {});
  }

  @AfterEach
  void close() {
    cluster.close();
    redis.close();
  }

  @Test
  @Timeout(300)
  void allRoomsAreHeardAgainAfterARestart() throws Exception {
    Heard heard = new Heard();
    List<MeshClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      MeshClient client = cluster.client(1);
      client.onMessage("room", Integer.class, heard::add);
      clients.add(client);
    }
    for (int from = 0; from < ROOMS; from += JOINS_AT_ONCE) {
      List<CompletableFuture<Boolean>> joins = new ArrayList<>();
      for (int room = from; room < from + JOINS_AT_ONCE; room++) {
        String id = clients.get(room % CLIENTS).connectionId().orElseThrow();
        joins.add(cluster.node(1).rooms().join("room" + room, id));
      }
      for (CompletableFuture<Boolean> join : joins) {
        boolean unused = Outcomes.result(join);
      }
    }

    redis.kill();
    redis.start();

    await()
        .atMost(RECOVERY)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> broadcastToSilent(heard));
  }

  /**
   * Broadcasts to some rooms that were not heard yet: to more when all were heard of those before,
   * else to fewer, so that asking does not hold up what is asked for; true when there is none.
   */
  private boolean broadcastToSilent(Heard heard) {
    boolean all = heard.hasAll(asked);
    atOnce = all ? Math.min(MAX_BROADCASTS, atOnce * 4) : Math.max(MIN_BROADCASTS, atOnce / 4);
    asked = heard.missing(atOnce);
    List<CompletableFuture<?>> broadcasts = new ArrayList<>();
    for (int room : asked) {
      broadcasts.add(
          cluster
              .node(0)
              .rooms()
              .broadcast("room" + room, "room", room)
              .handle((done, failure) -> failure == null));
    }
    broadcasts.forEach(CompletableFuture::join);
    return broadcasts.isEmpty();
  }

  /** The rooms that were heard. Thread-safe. */
  private static final class Heard {
    private final BitSet rooms = new BitSet();

    synchronized void add(int room) {
      rooms.set(room);
    }

    synchronized boolean hasAll(List<Integer> asked) {
      return asked.stream().allMatch(rooms::get);
    }

    synchronized List<Integer> missing(int limit) {
      List<Integer> missing = new ArrayList<>();
      for (int room = rooms.nextClearBit(0);
          room < ROOMS && missing.size() < limit;
          room = rooms.nextClearBit(room + 1)) {
        missing.add(room);
      }
      return missing;
    }
  }
}
