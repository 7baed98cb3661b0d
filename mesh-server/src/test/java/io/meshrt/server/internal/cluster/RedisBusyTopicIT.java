// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Publishes for longer than it takes to compare heads: nothing is missing, so nothing is told. */
@Tag("full")
class RedisBusyTopicIT {
  private static final Topic NEWS = new Topic("channel", "news");
  private static final int IN_FLIGHT = 64;

  @Test
  void whatIsOnItsWayIsNoGap() throws InterruptedException {
    try (RedisTestWorld world = new RedisTestWorld(RedisSettings.of(SharedRedis.uri()))) {
      TestNode first = world.node("n1");
      Tally heard = new Tally();
      world.node("n2").topics().listen(NEWS, heard).join();
      Semaphore room = new Semaphore(IN_FLIGHT);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(35);
      AtomicLong head = new AtomicLong();
      while (System.nanoTime() < end) {
        room.acquire();
        CompletableFuture<?> unused =
            first
                .topics()
                .publish(NEWS, Outgoing.of("m".getBytes(UTF_8), Retention.NUMBERED))
                .whenComplete(
                    (position, failure) -> {
                      if (failure == null) {
                        head.accumulateAndGet(position.offset(), Math::max);
                      }
                      room.release();
                    });
      }
      room.acquire(IN_FLIGHT);

      Awaitility.await().until(() -> heard.last.get() == head.get());
      assertThat(heard.holes).hasValue(0);
      assertThat(heard.gaps).hasValue(0);
    }
  }

  /** Counts what it does not hear. */
  private static final class Tally implements TopicListener {
    final AtomicLong last = new AtomicLong();
    final AtomicLong holes = new AtomicLong();
    final AtomicLong gaps = new AtomicLong();

    @Override
    public void onPublication(Publication publication) {
      long offset = publication.position().offset();
      holes.addAndGet(offset - last.getAndSet(offset) - 1);
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      gaps.incrementAndGet();
    }
  }
}
