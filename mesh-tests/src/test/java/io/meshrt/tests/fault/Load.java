// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.awaitility.core.ThrowingRunnable;

/** Actors at work, each on a thread of its own, until the load is stopped. */
final class Load {
  private static final int PAUSE_MILLIS = 10;

  private final List<Actor> actors;
  private final ScheduledExecutorService threads;

  private Load(List<Actor> actors) {
    this.actors = actors;
    this.threads = Executors.newScheduledThreadPool(actors.size());
  }

  static Load of(List<Actor> actors) {
    Load load = new Load(actors);
    actors.forEach(load::begin);
    return load;
  }

  private void begin(Actor actor) {
    Future<?> unused =
        threads.scheduleWithFixedDelay(actor::next, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Waits until every actor has done this many more whole steps. */
  void awaitSteps(int more, Duration patience) {
    within(patience, stepsFromNow(more));
  }

  /** Checks that every actor has done this many more whole steps since this call. */
  ThrowingRunnable stepsFromNow(int more) {
    return fromNow(actors, Actor::wholeSteps, more);
  }

  /** Checks that every one of these has been refused since this call. */
  ThrowingRunnable refusedFromNow(Predicate<Actor> those) {
    List<Actor> refused = actors.stream().filter(those).toList();
    return fromNow(refused, actor -> actor.tally().unavailable(), 1);
  }

  /** Waits until those that do not need Redis have done this many more whole steps. */
  void awaitAnswers(int more, Duration patience) {
    List<Actor> answered = actors.stream().filter(actor -> !actor.needsRedis()).toList();
    within(patience, fromNow(answered, Actor::wholeSteps, more));
  }

  /** How much did not go as it does without a fault. */
  int setbacks() {
    return actors.stream().mapToInt(actor -> actor.tally().setbacks()).sum();
  }

  private static ThrowingRunnable fromNow(
      List<Actor> actors, ToIntFunction<Actor> count, int more) {
    List<Integer> targets = actors.stream().map(actor -> count.applyAsInt(actor) + more).toList();
    return () -> {
      for (int i = 0; i < targets.size(); i++) {
        Actor actor = actors.get(i);
        assertThat(count.applyAsInt(actor))
            .as("%s", actor.tally())
            .isGreaterThanOrEqualTo(targets.get(i));
      }
    };
  }

  /** Waits until the check passes. */
  static void within(Duration patience, ThrowingRunnable condition) {
    await().atMost(patience).pollInterval(Duration.ofMillis(10)).untilAsserted(condition);
  }

  /** Stops, lets every actor settle, and has each checked. */
  void stopAndVerify(Duration longestRefusal) throws Exception {
    stop();
    for (Actor actor : actors) {
      actor.settle();
    }
    for (Actor actor : actors) {
      actor.verify();
      assertThat(actor.tally().surprises()).isEmpty();
      assertThat(actor.tally().longestRefusal())
          .as("%s", actor.tally())
          .isLessThanOrEqualTo(longestRefusal);
    }
  }

  void stop() throws InterruptedException {
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    actors.forEach(actor -> text.append(actor.tally()).append('\n'));
    return text.toString();
  }
}
