// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import java.time.Duration;

/**
 * When and how often a client that lost its connection tries to get another one. A close code that
 * does not invite a reconnect (see {@link io.meshrt.core.protocol.CloseCode}) and an upgrade
 * refused with 401 or 403 end the attempts whatever the policy says.
 *
 * @param delays how the time before an attempt is chosen
 * @param minDelay shortest time before an attempt
 * @param maxDelay longest time before an attempt
 * @param maxAttempts so many failed attempts in a row make the client give up; {@link
 *     Integer#MAX_VALUE} is never
 * @param retriesFirstConnect whether a failing {@link MeshClient#connect()} is tried again too,
 *     instead of being reported
 */
public record ReconnectPolicy(
    Delays delays,
    Duration minDelay,
    Duration maxDelay,
    int maxAttempts,
    boolean retriesFirstConnect) {

  /** How the time before an attempt is chosen. */
  public enum Delays {
    /** There are no attempts. */
    OFF,
    /** Always the same time. */
    FIXED,
    /** At random between the shortest time and a bound that doubles up to the longest. */
    FULL_JITTER
  }

  /** Times are positive and in order. */
  public ReconnectPolicy {
    if (minDelay.isNegative() || minDelay.isZero()) {
      throw new IllegalArgumentException("minDelay: " + minDelay);
    }
    if (maxDelay.compareTo(minDelay) < 0 || maxDelay.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("maxDelay: " + maxDelay);
    }
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("maxAttempts: " + maxAttempts);
    }
  }

  /** Full jitter from 200 ms to 20 s, without end; a failing first connect is reported. */
  public static ReconnectPolicy defaults() {
    return fullJitter(Duration.ofMillis(200), Duration.ofSeconds(20));
  }

  /**
   * Attempt n comes after a random time between {@code min} and the lesser of {@code max} and
   * {@code min} times 2 to the n, so that clients that lost the same server do not come back
   * together.
   */
  public static ReconnectPolicy fullJitter(Duration min, Duration max) {
    return new ReconnectPolicy(Delays.FULL_JITTER, min, max, Integer.MAX_VALUE, false);
  }

  /** Every attempt comes after {@code delay}. */
  public static ReconnectPolicy fixed(Duration delay) {
    return new ReconnectPolicy(Delays.FIXED, delay, delay, Integer.MAX_VALUE, false);
  }

  /** A lost connection stays lost until {@link MeshClient#connect()} is called again. */
  public static ReconnectPolicy off() {
    return new ReconnectPolicy(
        Delays.OFF, Duration.ofMillis(1), Duration.ofMillis(1), Integer.MAX_VALUE, false);
  }

  /** The same policy, giving up after this many failed attempts in a row. */
  public ReconnectPolicy withMaxAttempts(int maxAttempts) {
    return new ReconnectPolicy(delays, minDelay, maxDelay, maxAttempts, retriesFirstConnect);
  }

  /** The same policy, applied also to a {@link MeshClient#connect()} that fails. */
  public ReconnectPolicy withFirstConnectRetried() {
    return new ReconnectPolicy(delays, minDelay, maxDelay, maxAttempts, true);
  }
}
