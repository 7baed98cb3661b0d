// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.call;

import io.meshrt.core.codec.Welcome;
import org.jspecify.annotations.Nullable;

/**
 * How much one connection may ask of its server at a time.
 *
 * @param maxMessageBytes one frame
 * @param maxInFlight calls without an answer
 * @param maxRunning how many of them the server runs at once; the bytes of others wait there
 * @param maxWaitingBytes bytes that may wait
 */
public record ServerLimits(
    int maxMessageBytes, int maxInFlight, int maxRunning, int maxWaitingBytes) {

  /**
   * What the server's welcome asks for, and never more than {@code maxCallsInFlight}.
   *
   * @param welcome null from a legacy server, which asks for nothing
   */
  public static ServerLimits of(@Nullable Welcome welcome, int maxCallsInFlight) {
    if (welcome == null) {
      return new ServerLimits(
          Integer.MAX_VALUE, maxCallsInFlight, maxCallsInFlight, Integer.MAX_VALUE);
    }
    long announced = (long) welcome.maxRunningCommands() + welcome.maxWaitingCommands();
    return new ServerLimits(
        welcome.maxMessageBytes(),
        (int) Math.max(1, Math.min(announced, maxCallsInFlight)),
        Math.max(1, welcome.maxRunningCommands()),
        welcome.maxWaitingBytes());
  }

  /** Whether one more call may be sent. */
  boolean admits(int inFlight, long bytesInFlight, int bytes) {
    return inFlight < maxInFlight
        && (inFlight < maxRunning || bytesInFlight + bytes <= maxWaitingBytes);
  }
}
