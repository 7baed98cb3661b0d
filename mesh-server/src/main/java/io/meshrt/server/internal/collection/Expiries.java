// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which members of a collection have to be looked at because their time to live may have run out:
 * nobody tells of that. Guarded by itself.
 */
final class Expiries {
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** For the clock that counts is another one. */
  private static final Duration SLACK = Duration.ofMillis(20);

  private final Function<String, Duration> timeToLive;
  private final Scheduler scheduler;
  private final Consumer<Set<String>> onDue;
  private final Map<String, Long> dueNanos = new HashMap<>(0);
  private Scheduler.@Nullable Timer timer;
  private boolean closed;

  Expiries(
      Function<String, Duration> timeToLive, Scheduler scheduler, Consumer<Set<String>> onDue) {
    this.timeToLive = timeToLive;
    this.scheduler = scheduler;
    this.onDue = onDue;
  }

  /** Members have changed. */
  synchronized void look(Map<String, Member> before, Map<String, Member> after, Set<String> asked) {
    dueNanos.keySet().removeIf(id -> !after.containsKey(id));
    long now = scheduler.nanoTime();
    after.forEach(
        (id, member) -> {
          Member known = before.get(id);
          boolean same = known != null && known.version().equals(member.version());
          if (!same || (asked.contains(id) && dueNanos.containsKey(id))) {
            Duration lifetime = timeToLive.apply(id);
            if (!lifetime.isZero()) {
              Duration wait = same ? RETRY : lifetime.plus(SLACK);
              dueNanos.put(id, now + wait.toNanos());
            }
          }
        });
    schedule();
  }

  synchronized void close() {
    closed = true;
    dueNanos.clear();
    schedule();
  }

  private void schedule() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
    if (!closed && !dueNanos.isEmpty()) {
      long now = scheduler.nanoTime();
      long wait = dueNanos.values().stream().mapToLong(due -> due - now).min().orElse(0);
      timer = scheduler.schedule(this::onTimer, Duration.ofNanos(Math.max(0, wait)));
    }
  }

  private void onTimer() {
    Set<String> due = new HashSet<>();
    synchronized (this) {
      long now = scheduler.nanoTime();
      dueNanos.forEach(
          (id, time) -> {
            if (time - now <= 0) {
              due.add(id);
            }
          });
      due.forEach(id -> dueNanos.put(id, now + RETRY.toNanos()));
      schedule();
    }
    if (!due.isEmpty()) {
      onDue.accept(due);
    }
  }
}
