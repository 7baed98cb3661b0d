// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.inbox;

import java.time.Duration;

/**
 * How inboxes keep messages. Immutable. All nodes of a cluster ought to have the same.
 *
 * @param keptByDefault whether messages to identities are kept where the message does not say so
 *     itself; what is kept goes to inboxes alone, and not as a push too
 * @param maxMessages how many of the newest messages an inbox keeps
 * @param maxAge how long a message is kept, and how long the place of a device is remembered that
 *     acknowledges nothing
 * @param maxDevices of how many devices of one identity the place is remembered; a further one
 *     cannot open the inbox
 */
public record InboxOptions(
    boolean keptByDefault, int maxMessages, Duration maxAge, int maxDevices) {
  /** Most messages of an inbox that may be asked for. */
  public static final int MAX_MESSAGES = 100_000;

  /** Longest time that may be asked for. */
  public static final Duration LONGEST_AGE = Duration.ofDays(90);

  /** Most devices that may be asked for: they are looked through with each that is new. */
  public static final int MAX_DEVICES = 1_000;

  private static final InboxOptions DEFAULTS =
      new InboxOptions(false, 1_000, Duration.ofDays(7), 32);

  /** Checks the bounds. */
  public InboxOptions {
    if (maxMessages < 1 || maxMessages > MAX_MESSAGES) {
      throw new IllegalArgumentException("maxMessages: " + maxMessages);
    }
    if (maxAge.compareTo(Duration.ofSeconds(1)) < 0 || maxAge.compareTo(LONGEST_AGE) > 0) {
      throw new IllegalArgumentException("maxAge: " + maxAge);
    }
    if (maxDevices < 1 || maxDevices > MAX_DEVICES) {
      throw new IllegalArgumentException("maxDevices: " + maxDevices);
    }
  }

  /** What is said to be kept is, 1,000 messages for 7 days, 32 devices. */
  public static InboxOptions defaults() {
    return DEFAULTS;
  }

  /** The same with all messages to identities kept that do not say otherwise, or none. */
  public InboxOptions withKeptByDefault(boolean kept) {
    return new InboxOptions(kept, maxMessages, maxAge, maxDevices);
  }

  /** The same with another length, 1 to {@value #MAX_MESSAGES}. */
  public InboxOptions withMaxMessages(int messages) {
    return new InboxOptions(keptByDefault, messages, maxAge, maxDevices);
  }

  /** The same with another age, 1 s to 90 days. */
  public InboxOptions withMaxAge(Duration age) {
    return new InboxOptions(keptByDefault, maxMessages, age, maxDevices);
  }

  /** The same with another number of devices, 1 to {@value #MAX_DEVICES}. */
  public InboxOptions withMaxDevices(int devices) {
    return new InboxOptions(keptByDefault, maxMessages, maxAge, devices);
  }
}
