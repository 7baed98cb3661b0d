// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import java.time.Duration;

/**
 * What one connection may make the server hold. Passing one of these limits closes the connection.
 *
 * @param maxMessageBytes one inbound message; passing it closes with 1009
 * @param messageDeadline first to last byte of one inbound message; then 1008
 * @param maxOutboxBytes bytes waiting to be written; beyond it 4008
 * @param maxOutboxEntries frames waiting to be written; beyond it 4008
 * @param stallTimeout time without progress of a non-empty outbox; then 4008
 * @param maxMalformed malformed messages in 10 s on {@code mesh.v1}; one more closes with 1008
 */
public record ConnectionLimits(
    int maxMessageBytes,
    Duration messageDeadline,
    int maxOutboxBytes,
    int maxOutboxEntries,
    Duration stallTimeout,
    int maxMalformed) {
  public ConnectionLimits {
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException("maxMessageBytes: " + maxMessageBytes);
    }
    if (messageDeadline.isZero() || messageDeadline.isNegative()) {
      throw new IllegalArgumentException("messageDeadline: " + messageDeadline);
    }
    if (maxOutboxBytes < 1) {
      throw new IllegalArgumentException("maxOutboxBytes: " + maxOutboxBytes);
    }
    if (maxOutboxEntries < 1) {
      throw new IllegalArgumentException("maxOutboxEntries: " + maxOutboxEntries);
    }
    if (stallTimeout.isZero() || stallTimeout.isNegative()) {
      throw new IllegalArgumentException("stallTimeout: " + stallTimeout);
    }
    if (maxMalformed < 0) {
      throw new IllegalArgumentException("maxMalformed: " + maxMalformed);
    }
  }

  /** 320 KiB a message, 1 MiB or 1,024 frames waiting, 10 s deadlines, 5 malformed messages. */
  public static ConnectionLimits defaults() {
    return new ConnectionLimits(
        320 * 1024, Duration.ofSeconds(10), 1024 * 1024, 1024, Duration.ofSeconds(10), 5);
  }

  /** The same limits with another {@code maxMessageBytes}. */
  public ConnectionLimits withMaxMessageBytes(int maxMessageBytes) {
    return new ConnectionLimits(
        maxMessageBytes,
        messageDeadline,
        maxOutboxBytes,
        maxOutboxEntries,
        stallTimeout,
        maxMalformed);
  }

  /** The same limits with another {@code messageDeadline}. */
  public ConnectionLimits withMessageDeadline(Duration messageDeadline) {
    return new ConnectionLimits(
        maxMessageBytes,
        messageDeadline,
        maxOutboxBytes,
        maxOutboxEntries,
        stallTimeout,
        maxMalformed);
  }

  /** The same limits with another {@code maxOutboxBytes}. */
  public ConnectionLimits withMaxOutboxBytes(int maxOutboxBytes) {
    return new ConnectionLimits(
        maxMessageBytes,
        messageDeadline,
        maxOutboxBytes,
        maxOutboxEntries,
        stallTimeout,
        maxMalformed);
  }

  /** The same limits with another {@code maxOutboxEntries}. */
  public ConnectionLimits withMaxOutboxEntries(int maxOutboxEntries) {
    return new ConnectionLimits(
        maxMessageBytes,
        messageDeadline,
        maxOutboxBytes,
        maxOutboxEntries,
        stallTimeout,
        maxMalformed);
  }

  /** The same limits with another {@code stallTimeout}. */
  public ConnectionLimits withStallTimeout(Duration stallTimeout) {
    return new ConnectionLimits(
        maxMessageBytes,
        messageDeadline,
        maxOutboxBytes,
        maxOutboxEntries,
        stallTimeout,
        maxMalformed);
  }

  /** The same limits with another {@code maxMalformed}. */
  public ConnectionLimits withMaxMalformed(int maxMalformed) {
    return new ConnectionLimits(
        maxMessageBytes,
        messageDeadline,
        maxOutboxBytes,
        maxOutboxEntries,
        stallTimeout,
        maxMalformed);
  }
}
