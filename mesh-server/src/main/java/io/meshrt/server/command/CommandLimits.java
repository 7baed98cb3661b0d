// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.command;

import java.time.Duration;

/**
 * How many commands one connection may have at a time. Passing one of these limits fails the
 * command, not the connection.
 *
 * @param maxRunning commands of one connection running at the same time
 * @param maxWaiting commands of one connection waiting to start; more fail with {@code ELIMIT}
 * @param maxWaitingBytes bytes of commands of one connection waiting to start
 * @param maxPerSecond sustained rate of one connection; more fail with {@code ERATE}, and after 10
 *     s of that the connection is closed with 4029; 0 switches the limit off
 * @param timeout how long a command may take unless it was registered with a timeout of its own
 * @param maxCallsToClient calls from the server to one client that wait for an answer
 * @param callTimeout how long the server waits for such an answer unless the call says so
 */
public record CommandLimits(
    int maxRunning,
    int maxWaiting,
    int maxWaitingBytes,
    int maxPerSecond,
    Duration timeout,
    int maxCallsToClient,
    Duration callTimeout) {
  public CommandLimits {
    if (maxRunning < 1) {
      throw new IllegalArgumentException("maxRunning: " + maxRunning);
    }
    if (maxWaiting < 1) {
      throw new IllegalArgumentException("maxWaiting: " + maxWaiting);
    }
    if (maxWaitingBytes < 1) {
      throw new IllegalArgumentException("maxWaitingBytes: " + maxWaitingBytes);
    }
    if (maxPerSecond < 0) {
      throw new IllegalArgumentException("maxPerSecond: " + maxPerSecond);
    }
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("timeout: " + timeout);
    }
    if (maxCallsToClient < 1) {
      throw new IllegalArgumentException("maxCallsToClient: " + maxCallsToClient);
    }
    if (callTimeout.isZero() || callTimeout.isNegative()) {
      throw new IllegalArgumentException("callTimeout: " + callTimeout);
    }
  }

  /** 64 running, 1,024 or 1 MiB waiting, no rate limit, 30 s a command, 64 calls to the client. */
  public static CommandLimits defaults() {
    return new CommandLimits(
        64, 1024, 1024 * 1024, 0, Duration.ofSeconds(30), 64, Duration.ofSeconds(30));
  }

  /** The same limits with another {@code maxRunning}. */
  public CommandLimits withMaxRunning(int maxRunning) {
    return new CommandLimits(
        maxRunning,
        maxWaiting,
        maxWaitingBytes,
        maxPerSecond,
        timeout,
        maxCallsToClient,
        callTimeout);
  }

  /** The same limits with another {@code maxWaiting}. */
  public CommandLimits withMaxWaiting(int maxWaiting) {
    return new CommandLimits(
        maxRunning,
        maxWaiting,
        maxWaitingBytes,
        maxPerSecond,
        timeout,
        maxCallsToClient,
        callTimeout);
  }

  /** The same limits with another {@code maxWaitingBytes}. */
  public CommandLimits withMaxWaitingBytes(int maxWaitingBytes) {
    return new CommandLimits(
        maxRunning,
        maxWaiting,
        maxWaitingBytes,
        maxPerSecond,
        timeout,
        maxCallsToClient,
        callTimeout);
  }

  /** The same limits with another {@code maxPerSecond}. */
  public CommandLimits withMaxPerSecond(int maxPerSecond) {
    return new CommandLimits(
        maxRunning,
        maxWaiting,
        maxWaitingBytes,
        maxPerSecond,
        timeout,
        maxCallsToClient,
        callTimeout);
  }

  /** The same limits with another {@code timeout}. */
  public CommandLimits withTimeout(Duration timeout) {
    return new CommandLimits(
        maxRunning,
        maxWaiting,
        maxWaitingBytes,
        maxPerSecond,
        timeout,
        maxCallsToClient,
        callTimeout);
  }

  /** The same limits with another {@code maxCallsToClient}. */
  public CommandLimits withMaxCallsToClient(int maxCallsToClient) {
    return new CommandLimits(
        maxRunning,
        maxWaiting,
        maxWaitingBytes,
        maxPerSecond,
        timeout,
        maxCallsToClient,
        callTimeout);
  }

  /** The same limits with another {@code callTimeout}. */
  public CommandLimits withCallTimeout(Duration callTimeout) {
    return new CommandLimits(
        maxRunning,
        maxWaiting,
        maxWaitingBytes,
        maxPerSecond,
        timeout,
        maxCallsToClient,
        callTimeout);
  }
}
