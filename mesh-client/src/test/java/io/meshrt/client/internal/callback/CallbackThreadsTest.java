// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackThreadsTest {
  @Test
  void callbacksThatWaitForFuturesDoNotStarveTheirCompletion() throws Exception {
    CallbackThreads threads = CallbackThreads.own("test");
    List<CompletableFuture<Integer>> inner = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(100);
    for (int i = 0; i < 100; i++) { // more than the pool runs at once
      CompletableFuture<Integer> future = new CompletableFuture<>();
      inner.add(future);
      threads.execute(
          () -> {
            future.join();
            done.countDown();
          });
    }

    inner.forEach(future -> threads.execute(() -> future.complete(1)));

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    threads.stop(Duration.ofSeconds(5));
  }

  @Test
  void failingTaskHarmsNobody() throws Exception {
    CallbackThreads threads = CallbackThreads.own("test");
    CountDownLatch done = new CountDownLatch(1);

    threads.execute(
        () -> {
          throw new IllegalStateException("boom");
        });
    threads.execute(done::countDown);

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    threads.stop(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @ValueSource(classes = {RejectedExecutionException.class, IllegalStateException.class})
  void executorThatRefusesLosesNothing(Class<? extends RuntimeException> refusal) throws Exception {
    RuntimeException refused = refusal.getConstructor().newInstance();
    CallbackThreads threads =
        CallbackThreads.of(
            task -> {
              throw refused;
            });
    CountDownLatch done = new CountDownLatch(1);

    threads.execute(done::countDown);

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void laneRunsOneTaskAtATimeInOrder() throws Exception {
    CallbackThreads threads = CallbackThreads.own("test");
    SerialLane lane = new SerialLane(threads, 10_000, 10_000);
    List<Integer> order = new ArrayList<>(); // not thread-safe: the lane is
    AtomicInteger running = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(5_000);

    for (int i = 0; i < 5_000; i++) {
      int number = i;
      lane.offer(
          () -> {
            if (running.incrementAndGet() > 1) {
              overlaps.incrementAndGet();
            }
            order.add(number);
            running.decrementAndGet();
            done.countDown();
          },
          1);
    }

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(overlaps).hasValue(0);
    assertThat(order).isSorted().hasSize(5_000);
    threads.stop(Duration.ofSeconds(5));
  }
}
