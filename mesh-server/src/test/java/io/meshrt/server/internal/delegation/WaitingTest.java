// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.work.WorkAnswer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Each command ends once: with its answer, or when its time is over. */
class WaitingTest {
  private static final Duration TIME = Duration.ofSeconds(10);

  private final ManualScheduler scheduler = new ManualScheduler();
  private boolean hears = true;
  private final Waiting waiting = new Waiting(scheduler, WorkMeter.NONE, () -> hears);

  @Test
  void answersEndWhatWaits() {
    Waiting.Item one = waiting.open("1", "shop", TIME);
    Waiting.Item two = waiting.open("2", "shop", TIME);

    waiting.onAnswer(new WorkAnswer("1", RawJson.TRUE, null));
    waiting.onAnswer(new WorkAnswer("1", RawJson.FALSE, null));
    waiting.onAnswer(new WorkAnswer("2", null, null));
    waiting.onAnswer(new WorkAnswer("3", null, null));

    assertThat(one.answer()).isCompletedWithValue(RawJson.TRUE);
    assertThat(two.answer()).isCompletedWithValue(CommandResult.none());
    assertThat(scheduler.pending()).isZero();
  }

  @Test
  void withoutAWorkerItFailsBeforeItsTimeIsOver() {
    Waiting.Item item = waiting.open("1", "shop", TIME);

    scheduler.advance(Duration.ofMillis(9_499));
    boolean early = item.answer().isDone();
    scheduler.advance(Duration.ofMillis(1));

    assertThat(early).isFalse();
    assertThat(codeOf(item)).isEqualTo("ENOWORKER");
  }

  @Test
  void whatWasBegunHasUntilTheEnd() {
    Waiting.Item item = waiting.open("1", "shop", TIME);

    waiting.onBegun("1");
    scheduler.advance(Duration.ofMillis(9_999));
    boolean early = item.answer().isDone();
    scheduler.advance(Duration.ofMillis(1));

    assertThat(early).isFalse();
    assertThat(codeOf(item)).isEqualTo("ETIMEOUT");
  }

  @Test
  void silenceProvesNothingWhenWordsMayBeLost() {
    Waiting.Item item = waiting.open("1", "shop", TIME);
    waiting.doubt();
    Waiting.Item later = waiting.open("2", "shop", TIME);

    scheduler.advance(Duration.ofMillis(9_500));
    boolean decided = item.answer().isDone();
    scheduler.advance(Duration.ofMillis(500));

    assertThat(decided).isFalse();
    assertThat(codeOf(item)).isEqualTo("ETIMEOUT");
    assertThat(codeOf(later)).isEqualTo("ENOWORKER");
  }

  @Test
  void silenceProvesNothingWhileNothingIsHeard() {
    Waiting.Item item = waiting.open("1", "shop", TIME);
    hears = false;

    scheduler.advance(Duration.ofMillis(9_500));
    waiting.onAnswer(new WorkAnswer("1", RawJson.TRUE, null));

    assertThat(item.answer()).isCompletedWithValue(RawJson.TRUE);
  }

  @Test
  void silenceProvesNothingToAServerThatStoodStill() {
    AtomicLong lostNanos = new AtomicLong();
    Scheduler late =
        new Scheduler() {
          @Override
          public long nanoTime() {
            return scheduler.nanoTime() + lostNanos.get();
          }

          @Override
          public long currentTimeMillis() {
            return scheduler.currentTimeMillis();
          }

          @Override
          public Timer schedule(Runnable task, Duration delay) {
            return scheduler.schedule(task, delay);
          }
        };
    Waiting.Item item = new Waiting(late, WorkMeter.NONE, () -> true).open("1", "shop", TIME);

    lostNanos.set(Duration.ofMillis(101).toNanos());
    scheduler.advance(Duration.ofMillis(9_500));
    boolean decided = item.answer().isDone();
    scheduler.advance(Duration.ofMillis(500));

    assertThat(decided).isFalse();
    assertThat(codeOf(item)).isEqualTo("ETIMEOUT");
  }

  @Test
  void oneMoreThanMayWaitIsRefused() {
    for (int i = 1; i < Waiting.MAX_WAITING; i++) {
      waiting.open("a" + i, "shop", TIME);
    }
    Waiting.Item last = waiting.open("last", "shop", TIME);

    assertThatThrownBy(() -> waiting.open("over", "shop", TIME))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.code()).isEqualTo("ELIMIT"));
    waiting.open("elsewhere", "kitchen", TIME);
    last.fail(CommandException.unavailable("gone"));
    waiting.open("room", "shop", TIME);
  }

  private static String codeOf(Waiting.Item item) {
    return item.answer()
        .handle((value, failure) -> failure instanceof CommandException e ? e.code() : "")
        .join();
  }
}
