// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HandlerThreadsTest {
  private final ManualThreads executor = new ManualThreads();
  private final List<String> ran = new ArrayList<>();

  @Test
  void tasksUpToTheBoundAreTakenAndOneMoreIsRefused() {
    HandlerThreads threads = executor.asHandlerThreads(3);

    List<Boolean> taken =
        List.of(
            threads.tryExecute(() -> ran.add("a")),
            threads.tryExecute(() -> ran.add("b")),
            threads.tryExecute(() -> ran.add("c")),
            threads.tryExecute(() -> ran.add("d")));
    executor.runAll();

    assertThat(taken).containsExactly(true, true, true, false);
    assertThat(ran).containsExactly("a", "b", "c");
  }

  @Test
  void finishedTasksMakeRoomHoweverTheyEnd() {
    HandlerThreads threads = executor.asHandlerThreads(1);
    threads.tryExecute(
        () -> {
          throw new AssertionError("as if");
        });
    executor.runAll();

    boolean taken = threads.tryExecute(() -> ran.add("b"));

    assertThat(taken).isTrue();
    assertThat(threads.tasks()).isEqualTo(1);
  }

  @Test
  void tasksWithABoundOfTheirOwnAreAlwaysTaken() {
    HandlerThreads threads = executor.asHandlerThreads(1);
    threads.tryExecute(() -> ran.add("a"));

    threads.execute(() -> ran.add("b"));
    executor.runAll();

    assertThat(ran).containsExactly("a", "b");
  }

  @Test
  void afterAShutdownNothingIsTaken() {
    HandlerThreads threads = executor.asHandlerThreads(1);
    threads.shutdown(Duration.ofSeconds(1));

    boolean taken = threads.tryExecute(() -> ran.add("a"));
    threads.execute(() -> ran.add("b"));

    assertThat(taken).isFalse();
    assertThat(ran).isEmpty();
    assertThat(threads.tasks()).isZero();
  }

  @Test
  void threadsAreVirtualWhereJavaHasThem() throws Exception {
    HandlerThreads threads = HandlerThreads.start();
    AtomicReference<Thread> thread = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(1);

    boolean taken =
        threads.tryExecute(
            () -> {
              thread.set(Thread.currentThread());
              done.countDown();
            });

    assertThat(taken).isTrue();
    assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(HandlerExecutors.hasVirtualThreads()).isEqualTo(Runtime.version().feature() >= 21);
    assertThat(thread.get().getName().startsWith("mesh-handler-"))
        .isEqualTo(!HandlerExecutors.hasVirtualThreads());
    threads.shutdown(Duration.ofSeconds(60));
  }

  @Test
  void aShutdownInterruptsWhatStillRuns() throws Exception {
    HandlerThreads threads = HandlerThreads.start();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    threads.execute(
        () -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });
    assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();

    threads.shutdown(Duration.ofMillis(1));

    assertThat(interrupted.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatIsHandedOverCompletesOnAHandlerThread() {
    ManualThreads manual = new ManualThreads();
    HandlerThreads threads = manual.asHandlerThreads(1);
    CompletableFuture<String> inner = new CompletableFuture<>();
    CompletableFuture<String> given = threads.handOver(inner.thenApply(text -> text + "!"));
    CompletableFuture<String> failing = threads.handOver(inner.thenApply(text -> fail()));

    inner.complete("done");
    boolean before = given.isDone();
    manual.runAll();

    assertThat(before).isFalse();
    assertThat(given).isCompletedWithValue("done!");
    assertThat(failing)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isExactlyInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsHandedOverCompletesAfterShutdownToo() {
    ManualThreads manual = new ManualThreads();
    HandlerThreads threads = manual.asHandlerThreads(1);
    CompletableFuture<String> inner = new CompletableFuture<>();
    CompletableFuture<String> given = threads.handOver(inner);
    threads.shutdown(Duration.ZERO);

    inner.complete("late");

    assertThat(given).isCompletedWithValue("late");
  }

  private static String fail() {
    throw new IllegalStateException("meant");
  }
}
