// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The events of collections that are counted. Thread-safe, never throws, never blocks. */
public interface CollectionMeter {
  /** Counts nothing. */
  CollectionMeter NONE =
      new CollectionMeter() {
        @Override
        public void subscriptions(int change) {}

        @Override
        public void views(int change) {}

        @Override
        public void resolution() {}

        @Override
        public void reload() {}
      };

  /** So many more sessions of this node are subscribed, or fewer. */
  void subscriptions(int change);

  /** So many more collections are followed by this node, or fewer. */
  void views(int change);

  /** A resolver is asked. */
  void resolution();

  /** A collection is read as a whole again, because something may have been missed. */
  void reload();
}
