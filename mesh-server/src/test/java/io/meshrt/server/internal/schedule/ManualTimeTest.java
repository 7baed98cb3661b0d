// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualTimeTest {
  private static final Instant START = Instant.parse("2026-01-01T08:00:00Z");

  private final ManualTime time = new ManualTime(START);
  private final List<String> ran = new ArrayList<>();

  @Test
  void timeStandsStillUntilItIsToldToPass() {
    TimerWheel wheel = time.wheel();

    assertThat(time.now()).isEqualTo(START);
    assertThat(wheel.currentTimeMillis()).isEqualTo(START.toEpochMilli());
    time.advance(Duration.ofMinutes(5));

    assertThat(time.now()).isEqualTo(START.plusSeconds(300));
    assertThat(wheel.currentTimeMillis()).isEqualTo(START.plusSeconds(300).toEpochMilli());
  }

  @Test
  void wheelsGoOnTogether() {
    TimerWheel one = turned();
    TimerWheel other = turned();
    note(one, "one after 2 s", Duration.ofSeconds(2));
    note(other, "other after 1 s", Duration.ofSeconds(1));
    note(other, "other after 3 s", Duration.ofSeconds(3));

    time.advance(Duration.ofMillis(2_500));

    assertThat(ran).containsExactly("other after 1 s", "one after 2 s");
  }

  @Test
  void taskThatComesBackRunsAsOftenAsItWould() {
    TimerWheel wheel = turned();
    again(wheel);

    time.advance(Duration.ofHours(1));

    assertThat(ran).hasSizeBetween(3_270, 3_600); // up to a tenth later each time
  }

  private void again(TimerWheel wheel) {
    wheel.schedule(
        () -> {
          ran.add("again");
          again(wheel);
        },
        Duration.ofSeconds(1));
  }

  @Test
  void wheelThatIsNotTurnedAnyMoreRunsNothing() {
    TimerWheel wheel = time.wheel();
    Turning turning = time.turn(wheel);
    note(wheel, "late", Duration.ofSeconds(1));

    turning.close();
    time.advance(Duration.ofSeconds(2));

    assertThat(ran).isEmpty();
  }

  @Test
  void wheelThatCameLaterCountsFromThen() {
    time.advance(Duration.ofHours(1));
    TimerWheel wheel = turned();
    note(wheel, "later", Duration.ofSeconds(1));

    time.advance(Duration.ofMillis(900));
    assertThat(ran).isEmpty();
    time.advance(Duration.ofMillis(200));

    assertThat(ran).containsExactly("later");
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatThrownBy(() -> time.advance(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("duration: PT-1S");
  }

  private TimerWheel turned() {
    TimerWheel wheel = time.wheel();
    Turning unused = time.turn(wheel);
    return wheel;
  }

  private void note(TimerWheel wheel, String text, Duration delay) {
    Scheduler.Timer unused = wheel.schedule(() -> ran.add(text), delay);
  }
}
