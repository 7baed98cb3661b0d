// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.internal.loop.Loop;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Chooses when the next attempt is due, by the policy. The delays of full jitter grow over attempts
 * and over connections that did not last: a server that accepts and drops is not hammered either.
 */
final class ReconnectTimer {
  static final Duration LASTING = Duration.ofSeconds(5);
  private static final int MAX_DOUBLINGS = 30;

  private final Loop loop;
  private final ReconnectPolicy policy;
  private final RandomGenerator random;
  private int failedInARow;
  private int doublings;
  private long connectedSince;
  private Loop.@Nullable Timer timer;

  ReconnectTimer(Loop loop, ReconnectPolicy policy, RandomGenerator random) {
    this.loop = loop;
    this.policy = policy;
    this.random = random;
  }

  void onConnected() {
    connectedSince = loop.nanoTime();
    failedInARow = 0;
  }

  /** Whether the connection that was lost just now had followed another loss, and did not last. */
  boolean isLostAgain() {
    return doublings > 0 && !lasted();
  }

  /** A connection was lost; false when there will be no attempt. */
  boolean scheduleAfterLoss(Runnable attempt) {
    if (lasted()) {
      doublings = 0;
    }
    return schedule(attempt);
  }

  /**
   * A server sent this client elsewhere: there is no reason to wait, unless servers do so again and
   * again. False when there will be no attempt.
   */
  boolean scheduleAfterMove(Runnable attempt) {
    boolean again = isLostAgain();
    if (!scheduleAfterLoss(attempt)) {
      return false;
    }
    if (!again) {
      cancel();
      timer = loop.schedule(Duration.ZERO, attempt);
    }
    return true;
  }

  private boolean lasted() {
    return loop.nanoTime() - connectedSince >= LASTING.toNanos();
  }

  /** An attempt failed; false when there will be no other. */
  boolean scheduleAfterFailure(Runnable attempt) {
    failedInARow++;
    return failedInARow < policy.maxAttempts() && schedule(attempt);
  }

  void cancel() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }

  /** Starts counting anew: the application asked for a connection. */
  void reset() {
    failedInARow = 0;
    doublings = 0;
  }

  private boolean schedule(Runnable attempt) {
    if (policy.delays() == ReconnectPolicy.Delays.OFF) {
      return false;
    }
    doublings = Math.min(doublings + 1, MAX_DOUBLINGS);
    timer = loop.schedule(nextDelay(), attempt);
    return true;
  }

  private Duration nextDelay() {
    long min = policy.minDelay().toNanos();
    long max = policy.maxDelay().toNanos();
    return switch (policy.delays()) {
      case OFF, FIXED -> policy.minDelay();
      case FULL_JITTER -> {
        double doubled = min * Math.pow(2, doublings);
        long bound = doubled >= max ? max : (long) doubled;
        yield Duration.ofNanos(bound <= min ? min : random.nextLong(min, bound + 1));
      }
    };
  }
}
