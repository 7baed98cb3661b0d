// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import io.meshrt.client.ReconnectPolicy;
import java.time.Duration;
import java.util.Random;

/**
 * How many attempts clients make by {@link ReconnectPolicy#defaults} if each fails at once: mean
 * and deviation, of many that are simulated. Real ones are later, never sooner.
 */
final class PlannedAttempts {
  private static final int SIMULATED = 50_000;
  private static final int STEP_MILLIS = 20;
  private static final int STEPS = 60_000 / STEP_MILLIS;
  private static final double DEVIATIONS = 6;

  private final long[] sums = new long[STEPS];
  private final long[] squares = new long[STEPS];

  PlannedAttempts(ReconnectPolicy policy) {
    Random random = new Random(20_261_121);
    for (int i = 0; i < SIMULATED; i++) {
      simulate(policy.minDelay().toMillis(), policy.maxDelay().toMillis(), random);
    }
  }

  private void simulate(long minMillis, long maxMillis, Random random) {
    int attempts = 0;
    double next = delay(minMillis, maxMillis, 1, random);
    for (int step = 0; step < STEPS; step++) {
      while (next < (double) step * STEP_MILLIS) {
        attempts++;
        next += delay(minMillis, maxMillis, attempts + 1, random);
      }
      sums[step] += attempts;
      squares[step] += (long) attempts * attempts;
    }
  }

  private static double delay(long minMillis, long maxMillis, int attempt, Random random) {
    double bound = Math.min((double) maxMillis, (double) minMillis * Math.pow(2, attempt));
    return (double) minMillis + random.nextDouble() * (bound - (double) minMillis);
  }

  /** More attempts than this of so many clients in such a time are not by chance. */
  double most(int clients, Duration since) {
    int step = Math.min(STEPS - 1, (int) (since.toMillis() / STEP_MILLIS) + 1);
    double mean = (double) sums[step] / SIMULATED;
    double variance = Math.max(0, (double) squares[step] / SIMULATED - mean * mean);
    double uncertain = variance * clients * (1 + (double) clients / SIMULATED);
    return clients * mean + DEVIATIONS * Math.sqrt(uncertain);
  }
}
