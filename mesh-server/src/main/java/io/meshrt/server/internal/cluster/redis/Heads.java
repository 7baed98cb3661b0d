// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.redisson.api.BatchOptions;
import org.redisson.api.RBatch;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;

/**
 * Compares the heads of all numbered topics with what was heard, so that a missed last publication
 * is noticed too. Driven by ticks; thread-safe.
 *
 * <p>What is published while it compares is no difference: a head that is behind is behind what was
 * heard before it was read, and one that is ahead still is when its publication had time to come.
 */
final class Heads {
  private static final int BATCH = 500;

  /** Topics are delivered independently of each other, so a probe may overtake a publication. */
  private static final Duration ON_ITS_WAY = Duration.ofSeconds(1);

  private final RedisLink link;
  private final Ears ears;
  private final Probes probes;
  private final Scheduler scheduler;
  private final AtomicBoolean underWay = new AtomicBoolean();

  Heads(RedisLink link, Ears ears, Probes probes, Scheduler scheduler) {
    this.link = link;
    this.ears = ears;
    this.probes = probes;
    this.scheduler = scheduler;
  }

  /** Reads heads, waits until what was published before has arrived, and compares. */
  void compare() {
    List<Ear> topics = ears.numbered();
    if (topics.isEmpty() || !underWay.compareAndSet(false, true)) {
      return;
    }
    Map<Ear, Position> known = new HashMap<>();
    topics.forEach(ear -> known.put(ear, ear.delivery().known()));
    Map<Ear, Position> heads = new HashMap<>();
    CompletableFuture<Void> read = CompletableFuture.completedFuture(null);
    for (int from = 0; from < topics.size(); from += BATCH) {
      List<Ear> part = topics.subList(from, Math.min(from + BATCH, topics.size()));
      read = read.thenCompose(done -> read(part)).thenAccept(heads::putAll);
    }
    read.thenCompose(done -> probes.flush())
        .thenRun(() -> compare(heads, known))
        .whenComplete((done, failure) -> underWay.set(false))
        .exceptionally(failure -> null);
  }

  private void compare(Map<Ear, Position> heads, Map<Ear, Position> known) {
    Map<Ear, Position> ahead = new HashMap<>();
    heads.forEach(
        (ear, head) -> {
          Position before = known.getOrDefault(ear, Position.NONE);
          if (!head.sameEpoch(before) || head.offset() < before.offset()) {
            ears.compare(ear);
          } else if (isAhead(ear, head)) {
            ahead.put(ear, head);
          }
        });
    if (!ahead.isEmpty()) {
      scheduler.schedule(() -> tellIfStillAhead(ahead), ON_ITS_WAY);
    }
  }

  private static void tellIfStillAhead(Map<Ear, Position> heads) {
    heads.forEach(
        (ear, head) -> {
          if (isAhead(ear, head)) {
            ear.delivery().offerHead(head);
            ear.delivery().drain();
          }
        });
  }

  /** Whether the topic has publications that were not heard. */
  private static boolean isAhead(Ear ear, Position head) {
    Position known = ear.delivery().known();
    return head.sameEpoch(known) && head.offset() > known.offset();
  }

  private CompletableFuture<Map<Ear, Position>> read(List<Ear> topics) {
    return link.call(redisson -> execute(redisson, topics))
        .thenApply(
            metas -> {
              Map<Ear, Position> heads = new HashMap<>();
              for (int i = 0; i < topics.size(); i++) {
                heads.put(topics.get(i), Ear.position(metas.get(i).join()));
              }
              return heads;
            });
  }

  private static CompletableFuture<List<CompletableFuture<Map<String, String>>>> execute(
      RedissonClient redisson, List<Ear> topics) {
    RBatch batch = redisson.createBatch(BatchOptions.defaults());
    List<CompletableFuture<Map<String, String>>> metas = new ArrayList<>();
    for (Ear ear : topics) {
      metas.add(
          batch
              .<String, String>getMap(ear.meta(), StringCodec.INSTANCE)
              .getAllAsync(Set.of("epoch", "head"))
              .toCompletableFuture());
    }
    return batch.executeAsync().toCompletableFuture().thenApply(done -> metas);
  }
}
