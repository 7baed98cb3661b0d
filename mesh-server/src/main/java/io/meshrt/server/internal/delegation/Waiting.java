// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.work.WorkAnswer;
import io.meshrt.server.internal.work.WorkTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Commands that wait for workers: at most 10,000 for each group. Each ends with its answer, or when
 * its time is over. That nobody has begun is concluded from silence, unless something may have been
 * missed: then it is not known. Thread-safe, never blocks.
 */
final class Waiting {
  static final int MAX_WAITING = 10_000;

  /** A timer that is later than this tells of a server that stood still, and heard nothing. */
  private static final Duration LATE = Duration.ofMillis(100);

  private final Scheduler scheduler;
  private final WorkMeter meter;
  private final BooleanSupplier hears;
  private final Map<String, Item> items = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> counts = new ConcurrentHashMap<>();

  /**
   * Nothing waits.
   *
   * @param hears whether all that workers said has been heard, as far as is known
   */
  Waiting(Scheduler scheduler, WorkMeter meter, BooleanSupplier hears) {
    this.scheduler = scheduler;
    this.meter = meter;
    this.hears = hears;
  }

  /**
   * A command begins to wait.
   *
   * @throws CommandException {@code ELIMIT} when too many do
   */
  Item open(String id, String group, Duration timeout) {
    AtomicInteger count = counts.computeIfAbsent(group, key -> new AtomicInteger());
    if (count.incrementAndGet() > MAX_WAITING) {
      count.decrementAndGet();
      meter.refused();
      throw new CommandException(ErrorCode.LIMIT, "Too many commands wait for workers.");
    }
    Item item = new Item(id, count, timeout);
    items.put(id, item);
    meter.waiting(1);
    long openedNanos = scheduler.nanoTime();
    item.timer =
        scheduler.schedule(() -> item.decide(openedNanos), WorkTime.untilDecision(timeout));
    return item;
  }

  void onAnswer(WorkAnswer answer) {
    Item item = items.get(answer.id());
    if (item == null) {
      return; // too late, or answered before
    }
    CommandException failure = answer.failure();
    RawJson payload = answer.payload();
    if (failure != null) {
      item.fail(failure);
    } else {
      item.end(payload == null ? CommandResult.none() : payload, null);
    }
  }

  /** Words of workers may be lost: of what waits now, nobody knows whether it was begun. */
  void doubt() {
    items.values().forEach(item -> item.begun = true);
  }

  void onBegun(String id) {
    Item item = items.get(id);
    if (item != null) {
      item.begun = true;
    }
  }

  /** One command that waits. */
  final class Item {
    private final String id;
    private final AtomicInteger count;
    private final Duration timeout;
    private final CompletableFuture<Object> answer = new CompletableFuture<>();

    // Or may have been, and the word of it is lost.
    private volatile boolean begun;
    private volatile Scheduler.@Nullable Timer timer;

    private Item(String id, AtomicInteger count, Duration timeout) {
      this.id = id;
      this.count = count;
      this.timeout = timeout;
    }

    /** What the handler is to return. */
    CompletableFuture<Object> answer() {
      return answer;
    }

    void fail(CommandException failure) {
      end(null, failure);
    }

    /** Nobody begins any more: either somebody has, or nobody will. */
    private void decide(long openedNanos) {
      Duration waited = Duration.ofNanos(scheduler.nanoTime() - openedNanos);
      boolean late = waited.minus(WorkTime.untilDecision(timeout)).compareTo(LATE) > 0;
      if (late || begun || !hears.getAsBoolean()) {
        timer = scheduler.schedule(this::expire, timeout.minus(WorkTime.untilDecision(timeout)));
      } else {
        meter.noWorker();
        fail(new CommandException(ErrorCode.NO_WORKER, "No worker took the command in time."));
      }
    }

    private void expire() {
      fail(new CommandException(ErrorCode.TIMEOUT, "A worker did not end the command in time."));
    }

    private void end(@Nullable Object result, @Nullable CommandException failure) {
      if (!items.remove(id, this)) {
        return;
      }
      count.decrementAndGet();
      meter.waiting(-1);
      Scheduler.Timer current = timer;
      if (current != null) {
        current.cancel();
      }
      if (failure == null) {
        answer.complete(result);
      } else {
        answer.completeExceptionally(failure);
      }
    }
  }
}
