// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The events of inboxes that are counted; inboxes are channels. Thread-safe, never blocks. */
public interface InboxMeter extends ChannelMeter {
  /** Counts nothing. */
  InboxMeter NONE =
      new InboxMeter() {
        @Override
        public void published() {}

        @Override
        public void subscriptions(int change) {}

        @Override
        public void historyRead() {}

        @Override
        public void recovered(int publications) {}

        @Override
        public void gap() {}

        @Override
        public void opened(int waiting, boolean complete) {}

        @Override
        public void acknowledged() {}
      };

  /**
   * A client opened its inbox, or went on.
   *
   * @param waiting how many messages waited
   * @param complete whether none is missing before them
   */
  void opened(int waiting, boolean complete);

  /** A client acknowledged. */
  void acknowledged();
}
