// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import java.util.Locale;

/** What happens between nodes. Thread-safe, never throws, never blocks. */
public interface ClusterMetrics {
  /** Counts nothing. */
  ClusterMetrics NONE =
      new ClusterMetrics() {
        @Override
        public void up(boolean up) {}

        @Override
        public void leaseLost() {}

        @Override
        public void pushed(Address to) {}

        @Override
        public void gap(Address from) {}

        @Override
        public void foreignDropped() {}
      };

  /** Who is addressed by a push. */
  enum Address {
    ROOM,
    IDENTITY,
    EVERYONE,
    CONNECTIONS;

    String tag() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The cluster can, or cannot, be used from now on. */
  void up(boolean up);

  /** This node lost its lease and began a new life. */
  void leaseLost();

  /** The application pushed something, or closed connections, by address. */
  void pushed(Address to);

  /** Pushes to an address may have been missed by this node. */
  void gap(Address from);

  /** What others than nodes published was dropped, because too much of it waits. */
  void foreignDropped();
}
