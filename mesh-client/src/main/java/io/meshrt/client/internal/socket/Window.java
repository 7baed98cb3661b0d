// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the messages that were handed over to the state thread and have not been taken.
 * Thread-safe between the two.
 */
final class Window {
  private static final int MESSAGES = 16;
  private static final int ROOM_AGAIN = MESSAGES / 2;

  private final AtomicInteger handedOver = new AtomicInteger();
  private volatile boolean paused; // set before the look at the count, so that no end is missed

  void onHandedOver() {
    handedOver.incrementAndGet();
  }

  /** Whether reading is to pause; {@link #onTaken} will say when it may go on. */
  boolean isFull() {
    paused = true;
    paused = handedOver.get() >= MESSAGES;
    return paused;
  }

  /** True when there is room again and reading may have paused. */
  boolean onTaken() {
    return handedOver.decrementAndGet() == ROOM_AGAIN && paused;
  }
}
