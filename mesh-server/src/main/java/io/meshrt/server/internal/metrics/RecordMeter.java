// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The events of records that are counted. Thread-safe, never throws, never blocks. */
public interface RecordMeter {
  /** Counts nothing. */
  RecordMeter NONE =
      new RecordMeter() {
        @Override
        public void write(Outcome outcome) {}

        @Override
        public void conflict() {}

        @Override
        public void subscriptions(int change) {}

        @Override
        public void reload() {}

        @Override
        public void coalesced() {}
      };

  /** How a write ended. */
  enum Outcome {
    WRITTEN,
    UNCHANGED,
    CONFLICT,
    FAILED
  }

  /** A write, or a transaction, ended. */
  void write(Outcome outcome);

  /** A write found that another one had come first, and is tried again. */
  void conflict();

  /** So many more sessions of this node are subscribed, or fewer. */
  void subscriptions(int change);

  /** What this node followed is read again, because something may have been missed. */
  void reload();

  /** An update will reach a slow subscriber together with a later one. */
  void coalesced();
}
