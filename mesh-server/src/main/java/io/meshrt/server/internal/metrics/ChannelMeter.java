// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The events of channels that are counted. Thread-safe, never throws, never blocks. */
public interface ChannelMeter {
  /** Counts nothing. */
  ChannelMeter NONE =
      new ChannelMeter() {
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
      };

  /** A message of this node's was accepted. */
  void published();

  /** So many more sessions of this node are subscribed, or fewer. */
  void subscriptions(int change);

  /** History was read from the cluster. */
  void historyRead();

  /** Publications that were missed were found in the history. */
  void recovered(int publications);

  /** Publications were missed and not found: subscribers of this node are told. */
  void gap();
}
