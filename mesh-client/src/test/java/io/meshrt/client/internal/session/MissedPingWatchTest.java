// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.ManualLoop;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissedPingWatchTest {
  private final ManualLoop loop = new ManualLoop();
  private final AtomicInteger silences = new AtomicInteger();

  @ParameterizedTest
  @CsvSource({"1000, 0, 1000", "1000, 1, 2000", "30000, 1, 60000", "250, 3, 1000"})
  void deadlineIsOneIntervalMoreThanMayBeMissed(long interval, int missed, long deadline) {
    MissedPingWatch watch = new MissedPingWatch(loop, missed, silences::incrementAndGet);
    watch.start(Duration.ofMillis(interval));

    loop.advance(Duration.ofMillis(deadline - 1));
    assertThat(silences).hasValue(0);
    loop.advance(Duration.ofMillis(1));

    assertThat(silences).hasValue(1);
  }

  @Test
  void pingsJustInTimeKeepItQuiet() {
    MissedPingWatch watch = new MissedPingWatch(loop, 1, silences::incrementAndGet);
    watch.start(Duration.ofSeconds(1));

    for (int i = 0; i < 100; i++) {
      loop.advance(Duration.ofMillis(1_999));
      watch.onPing();
    }

    assertThat(silences).hasValue(0);
    assertThat(loop.timers()).isEqualTo(1);
  }

  @Test
  void stoppedWatchIsNotRevivedByAPing() {
    MissedPingWatch watch = new MissedPingWatch(loop, 1, silences::incrementAndGet);
    watch.start(Duration.ofSeconds(1));

    watch.stop();
    watch.onPing();

    assertThat(loop.timers()).isZero();
  }
}
