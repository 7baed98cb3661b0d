// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import io.meshrt.core.protocol.CommandException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What came of the calls of one kind. One thread calls, others read. */
final class Tally {
  private static final int PATIENCE_SECONDS = 30;
  private static final int MAX_SURPRISES = 20;

  private final String name;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger unavailable = new AtomicInteger();
  private final AtomicInteger setbacks = new AtomicInteger();
  private final AtomicLong longestRefusal = new AtomicLong();
  private final List<String> surprises = new CopyOnWriteArrayList<>();

  Tally(String name) {
    this.name = name;
  }

  /** Calls and waits; whether it was done. If not, it may have happened all the same. */
  boolean isDone(Callable<? extends CompletableFuture<?>> call) {
    long begun = System.nanoTime();
    try {
      call.call().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      done.incrementAndGet();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandException refusal
          && refusal.code().equals("EUNAVAILABLE")) {
        setback();
        unavailable.incrementAndGet();
        longestRefusal.accumulateAndGet(System.nanoTime() - begun, Math::max);
      } else {
        surprise(e.getCause());
      }
    } catch (Exception e) {
      surprise(e);
    }
    return false;
  }

  /** Notes what must not happen. */
  void surprise(Object what) {
    setback();
    if (surprises.size() < MAX_SURPRISES) {
      surprises.add(name + ": " + what);
    }
  }

  /** Notes what may happen while a fault lasts, and must not without one. */
  void setback() {
    setbacks.incrementAndGet();
  }

  /** All that did not go as it does without a fault. */
  int setbacks() {
    return setbacks.get();
  }

  int unavailable() {
    return unavailable.get();
  }

  Duration longestRefusal() {
    return Duration.ofNanos(longestRefusal.get());
  }

  List<String> surprises() {
    return surprises;
  }

  @Override
  public String toString() {
    return name
        + ": "
        + done
        + " done, "
        + unavailable
        + " unavailable after at most "
        + longestRefusal().toMillis()
        + " ms";
  }
}
