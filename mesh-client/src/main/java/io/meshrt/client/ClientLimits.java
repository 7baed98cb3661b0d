// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

/**
 * What one client holds at most.
 *
 * @param maxMessageBytes one inbound message, at most 1 GiB; a larger one ends the connection
 *     (1009)
 * @param maxQueuedCalls calls waiting to be sent, while (re)connecting or held back for the server;
 *     one more fails with {@code ELIMIT}
 * @param maxQueuedBytes bytes of the payloads of these calls; beyond it {@code ELIMIT}
 * @param maxCallsInFlight calls sent and not yet answered, unless the server asks for fewer; the
 *     next ones wait
 * @param maxRunningHandlers commands of the server running in this client; one more is answered
 *     with {@code ELIMIT}
 * @param maxQueuedMessages pushes waiting for one listener; further ones are dropped and reported,
 *     or read later where they are messages of a channel
 * @param maxQueuedMessageBytes bytes of these pushes; beyond it they are dropped and reported
 * @param maxCollectionBytes JSON of the records of one collection; the subscription of a larger one
 *     ends with {@code ELIMIT}
 */
public record ClientLimits(
    int maxMessageBytes,
    int maxQueuedCalls,
    int maxQueuedBytes,
    int maxCallsInFlight,
    int maxRunningHandlers,
    int maxQueuedMessages,
    int maxQueuedMessageBytes,
    int maxCollectionBytes) {

  private static final int LARGEST_MESSAGE_BYTES = 1 << 30;

  /** All limits are positive. */
  public ClientLimits {
    requirePositive("maxMessageBytes", maxMessageBytes);
    if (maxMessageBytes > LARGEST_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "maxMessageBytes: " + maxMessageBytes + ", at most " + LARGEST_MESSAGE_BYTES);
    }
    requirePositive("maxQueuedCalls", maxQueuedCalls);
    requirePositive("maxQueuedBytes", maxQueuedBytes);
    requirePositive("maxCallsInFlight", maxCallsInFlight);
    requirePositive("maxRunningHandlers", maxRunningHandlers);
    requirePositive("maxQueuedMessages", maxQueuedMessages);
    requirePositive("maxQueuedMessageBytes", maxQueuedMessageBytes);
    requirePositive("maxCollectionBytes", maxCollectionBytes);
  }

  /**
   * 2 MiB a message; 10,000 calls or 8 MiB waiting, 1,024 in flight; 64 handlers; 1,024 pushes or 4
   * MiB waiting for a listener; collections of 64 MiB.
   */
  public static ClientLimits defaults() {
    return new ClientLimits(
        2 * 1024 * 1024,
        10_000,
        8 * 1024 * 1024,
        1_024,
        64,
        1_024,
        4 * 1024 * 1024,
        64 * 1024 * 1024);
  }

  /** The same limits with another {@code maxMessageBytes}. */
  public ClientLimits withMaxMessageBytes(int maxMessageBytes) {
    return with(maxMessageBytes, maxQueuedCalls, maxQueuedBytes, maxCallsInFlight);
  }

  /** The same limits with other bounds of the queue of calls. */
  public ClientLimits withQueuedCalls(int maxQueuedCalls, int maxQueuedBytes) {
    return with(maxMessageBytes, maxQueuedCalls, maxQueuedBytes, maxCallsInFlight);
  }

  /** The same limits with another {@code maxCallsInFlight}. */
  public ClientLimits withMaxCallsInFlight(int maxCallsInFlight) {
    return with(maxMessageBytes, maxQueuedCalls, maxQueuedBytes, maxCallsInFlight);
  }

  /** The same limits with another {@code maxRunningHandlers}. */
  public ClientLimits withMaxRunningHandlers(int maxRunningHandlers) {
    return new ClientLimits(
        maxMessageBytes,
        maxQueuedCalls,
        maxQueuedBytes,
        maxCallsInFlight,
        maxRunningHandlers,
        maxQueuedMessages,
        maxQueuedMessageBytes,
        maxCollectionBytes);
  }

  /** The same limits with other bounds of each listener's queue. */
  public ClientLimits withQueuedMessages(int maxQueuedMessages, int maxQueuedMessageBytes) {
    return new ClientLimits(
        maxMessageBytes,
        maxQueuedCalls,
        maxQueuedBytes,
        maxCallsInFlight,
        maxRunningHandlers,
        maxQueuedMessages,
        maxQueuedMessageBytes,
        maxCollectionBytes);
  }

  /** The same limits with another {@code maxCollectionBytes}. */
  public ClientLimits withMaxCollectionBytes(int maxCollectionBytes) {
    return new ClientLimits(
        maxMessageBytes,
        maxQueuedCalls,
        maxQueuedBytes,
        maxCallsInFlight,
        maxRunningHandlers,
        maxQueuedMessages,
        maxQueuedMessageBytes,
        maxCollectionBytes);
  }

  private ClientLimits with(
      int maxMessageBytes, int maxQueuedCalls, int maxQueuedBytes, int maxCallsInFlight) {
    return new ClientLimits(
        maxMessageBytes,
        maxQueuedCalls,
        maxQueuedBytes,
        maxCallsInFlight,
        maxRunningHandlers,
        maxQueuedMessages,
        maxQueuedMessageBytes,
        maxCollectionBytes);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }
}
