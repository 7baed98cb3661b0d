// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.fake.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ReconnectTimerTest {
  private final ManualLoop loop = new ManualLoop();

  @Test
  void fullJitterStaysWithinItsGrowingBounds() {
    for (long seed = 0; seed < 200; seed++) {
      ReconnectTimer timer = timer(ReconnectPolicy.defaults(), seed);
      long bound = 200;
      for (int attempt = 0; attempt < 12; attempt++) {
        bound = Math.min(20_000, bound * 2);

        assertThat(delayAfterFailure(timer))
            .isBetween(Duration.ofMillis(200), Duration.ofMillis(bound));
      }
    }
  }

  @Test
  void fullJitterUsesTheWholeRange() {
    ReconnectTimer timer = timer(ReconnectPolicy.defaults(), 3);
    List<Duration> delays = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      delays.add(delayAfterFailure(timer));
    }

    assertThat(delays).anyMatch(d -> d.compareTo(Duration.ofSeconds(2)) < 0);
    assertThat(delays).anyMatch(d -> d.compareTo(Duration.ofSeconds(18)) > 0);
  }

  @Test
  void fixedDelayIsFixed() {
    ReconnectTimer timer = timer(ReconnectPolicy.fixed(Duration.ofSeconds(2)), 3);

    assertThat(delayAfterFailure(timer)).isEqualTo(Duration.ofSeconds(2));
    assertThat(delayAfterFailure(timer)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void connectionThatLastedStartsTheDelaysAnew() {
    ReconnectTimer timer = grown();

    timer.onConnected();
    loop.advance(ReconnectTimer.LASTING);
    timer.scheduleAfterLoss(() -> {});

    assertThat(taken(timer)).isLessThanOrEqualTo(Duration.ofMillis(400));
  }

  @Test
  void delaysGoOnGrowingOverConnectionsThatDoNotLast() {
    boolean grew = false;
    for (int i = 0; i < 20; i++) {
      ReconnectTimer timer = grown();
      timer.onConnected();
      loop.advance(ReconnectTimer.LASTING.minusMillis(1));
      timer.scheduleAfterLoss(() -> {});
      grew |= taken(timer).compareTo(Duration.ofMillis(400)) > 0;
    }

    assertThat(grew).isTrue();
  }

  @Test
  void attemptsAreCountedInARow() {
    ReconnectTimer timer = timer(ReconnectPolicy.fixed(Duration.ofMillis(1)).withMaxAttempts(3), 1);

    assertThat(timer.scheduleAfterFailure(() -> {})).isTrue();
    assertThat(timer.scheduleAfterFailure(() -> {})).isTrue();
    timer.onConnected();
    assertThat(timer.scheduleAfterFailure(() -> {})).isTrue();
    assertThat(timer.scheduleAfterFailure(() -> {})).isTrue();
    assertThat(timer.scheduleAfterFailure(() -> {})).isFalse();
  }

  @Test
  void offNeverTries() {
    ReconnectTimer timer = timer(ReconnectPolicy.off(), 1);

    assertThat(timer.scheduleAfterLoss(() -> {})).isFalse();
    assertThat(timer.scheduleAfterFailure(() -> {})).isFalse();
    assertThat(loop.timers()).isZero();
  }

  private ReconnectTimer timer(ReconnectPolicy policy, long seed) {
    return new ReconnectTimer(loop, policy, new SplittableRandom(seed));
  }

  private ReconnectTimer grown() {
    ReconnectTimer timer = timer(ReconnectPolicy.defaults(), loop.nanoTime());
    for (int i = 0; i < 10; i++) {
      delayAfterFailure(timer);
    }
    return timer;
  }

  private Duration delayAfterFailure(ReconnectTimer timer) {
    assertThat(timer.scheduleAfterFailure(() -> {})).isTrue();
    return taken(timer);
  }

  private Duration taken(ReconnectTimer timer) {
    Duration delay = loop.untilNextTimer();
    timer.cancel();
    return delay;
  }
}
