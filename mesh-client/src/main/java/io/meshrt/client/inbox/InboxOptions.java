// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.inbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;

/** How an inbox is opened. Immutable. */
public final class InboxOptions {
  private static final int MAX_DEVICE_BYTES = 64;
  private static final InboxOptions DEFAULTS =
      new InboxOptions("", false, 50, Duration.ofSeconds(1));

  private final String device;
  private final boolean fromEnd;
  private final int acknowledgedMessages;
  private final Duration acknowledgedWithin;

  private InboxOptions(
      String device, boolean fromEnd, int acknowledgedMessages, Duration acknowledgedWithin) {
    this.device = device;
    this.fromEnd = fromEnd;
    this.acknowledgedMessages = acknowledgedMessages;
    this.acknowledgedWithin = acknowledgedWithin;
  }

  /**
   * Behind what was acknowledged by any client of the identity that names no device; acknowledged
   * after 50 messages or 1 s.
   */
  public static InboxOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Behind what this device has acknowledged, so that each device gets every message. The server
   * remembers 32 of an identity, each for 7 days without an acknowledgement, unless it says
   * otherwise; a further one cannot open the inbox.
   *
   * @param name a stable one of the application's choice, 1 to 64 bytes of UTF-8
   */
  public InboxOptions withDevice(String name) {
    if (name.isEmpty() || name.getBytes(UTF_8).length > MAX_DEVICE_BYTES) {
      throw new IllegalArgumentException("name: 1 to " + MAX_DEVICE_BYTES + " bytes of UTF-8");
    }
    return new InboxOptions(name, fromEnd, acknowledgedMessages, acknowledgedWithin);
  }

  /** With what comes from now on; everything before counts as acknowledged by the device. */
  public InboxOptions withFromEnd() {
    return new InboxOptions(device, true, acknowledgedMessages, acknowledgedWithin);
  }

  /**
   * How much may be given again after a crash: so many messages, or those of so long.
   *
   * @param messages 1 or more
   * @param within positive
   */
  public InboxOptions withPace(int messages, Duration within) {
    if (messages < 1) {
      throw new IllegalArgumentException("messages: " + messages);
    }
    if (within.isNegative() || within.isZero()) {
      throw new IllegalArgumentException("within: " + within);
    }
    return new InboxOptions(device, fromEnd, messages, within);
  }

  /** Name of the device; empty for the one that all share. */
  public String device() {
    return device;
  }

  /** Whether what was kept so far is not wanted. */
  public boolean fromEnd() {
    return fromEnd;
  }

  /** After how many messages at the latest they are acknowledged. */
  public int acknowledgedMessages() {
    return acknowledgedMessages;
  }

  /** After what time at the latest a message is acknowledged. */
  public Duration acknowledgedWithin() {
    return acknowledgedWithin;
  }
}
