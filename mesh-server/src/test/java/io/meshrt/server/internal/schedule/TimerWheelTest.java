// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {
  private static final Duration TICK = Duration.ofNanos(TimerWheel.TICK_NANOS);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
  private final TimerWheel wheel = new TimerWheel(nanos::get, () -> 17);
  private final List<String> ran = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 9, 10, 11, 500, 10_239, 10_240, 10_241, 10_250, 30_000, 100_000})
  void aTimerRunsNotBeforeItsDelayAndAtMostATickAfterIt(long delayMillis) {
    wheel.schedule(() -> ran.add("a"), Duration.ofMillis(delayMillis));

    pass(Duration.ofMillis(delayMillis).minusNanos(1));
    List<String> before = List.copyOf(ran);
    pass(TICK.plusNanos(1));

    assertThat(before).isEmpty();
    assertThat(ran).containsExactly("a");
  }

  @Test
  void manyTimersAllRunInTheRightTick() {
    SplittableRandom random = new SplittableRandom(3);
    List<Long> late = new ArrayList<>();
    int timers = 5_000;
    AtomicInteger count = new AtomicInteger();
    for (int i = 0; i < timers; i++) {
      long due = nanos.get() + random.nextLong(TimeUnit.SECONDS.toNanos(40));
      wheel.schedule(
          () -> {
            count.incrementAndGet();
            late.add(nanos.get() - due);
          },
          Duration.ofNanos(due - nanos.get()));
    }

    for (int i = 0; i < 8_100; i++) {
      pass(Duration.ofMillis(5));
    }

    assertThat(count).hasValue(timers);
    assertThat(late).allMatch(nanosLate -> nanosLate >= 0 && nanosLate <= 2 * TICK.toNanos());
  }

  @Test
  void aCancelledTimerDoesNotRun() {
    Scheduler.Timer timer = wheel.schedule(() -> ran.add("a"), TICK);
    wheel.schedule(() -> ran.add("b"), TICK);

    boolean first = timer.cancel();
    boolean again = timer.cancel();
    pass(TICK.multipliedBy(3));

    assertThat(first).isTrue();
    assertThat(again).isFalse();
    assertThat(ran).containsExactly("b");
  }

  @Test
  void cancelAfterTheRunSaysThatItCameTooLate() {
    Scheduler.Timer timer = wheel.schedule(() -> ran.add("a"), TICK);
    pass(TICK.multipliedBy(2));

    boolean prevented = timer.cancel();

    assertThat(prevented).isFalse();
  }

  @Test
  void aTaskThatFailsStopsNoOther() {
    wheel.schedule(
        () -> {
          throw new AssertionError("as if");
        },
        TICK);
    wheel.schedule(() -> ran.add("b"), TICK);

    pass(TICK.multipliedBy(2));

    assertThat(ran).containsExactly("b");
  }

  @Test
  void aTaskMayScheduleTheNext() {
    wheel.schedule(() -> wheel.schedule(() -> ran.add("next"), Duration.ZERO), TICK);

    pass(TICK.multipliedBy(2));
    pass(TICK.multipliedBy(2));

    assertThat(ran).containsExactly("next");
  }

  @Test
  void theThreadTurnsTheWheelUntilItIsClosed() throws InterruptedException {
    TimerWheel real = new TimerWheel();
    CountDownLatch done = new CountDownLatch(1);

    try (TimerThread thread = new TimerThread(real)) {
      real.schedule(done::countDown, Duration.ofMillis(20));

      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(thread).isNotNull();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("mesh-timer");
  }

  @Test
  void scheduleWhileTurningLosesNothing() throws InterruptedException {
    TimerWheel real = new TimerWheel();
    int timers = 20_000;
    CountDownLatch done = new CountDownLatch(timers);

    try (TimerThread thread = new TimerThread(real)) {
      for (int i = 0; i < timers; i++) {
        real.schedule(done::countDown, Duration.ofMillis(i % 15));
      }

      assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(thread).isNotNull();
    }
  }

  private void pass(Duration duration) {
    nanos.addAndGet(duration.toNanos());
    wheel.turn();
  }
}
