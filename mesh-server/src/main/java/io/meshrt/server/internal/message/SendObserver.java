// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import io.meshrt.server.hook.SentMessage;

/** Told of messages that were sent. Any thread; only enqueues. */
public interface SendObserver {
  /** Observes nothing. */
  SendObserver NONE =
      new SendObserver() {
        @Override
        public boolean isListening() {
          return false;
        }

        @Override
        public void onSent(SentMessage message, int bytes) {}
      };

  /** Whether it wants to be told. */
  boolean isListening();

  /**
   * The cluster has accepted a message.
   *
   * @param bytes that it holds
   */
  void onSent(SentMessage message, int bytes);
}
