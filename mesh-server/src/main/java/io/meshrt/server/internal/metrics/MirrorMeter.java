// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** What goes to stores of the application. Thread-safe, never throws, never blocks. */
public interface MirrorMeter {
  /** Counts nothing. */
  MirrorMeter NONE =
      new MirrorMeter() {
        @Override
        public void waiting(int change) {}

        @Override
        public void handed(int count) {}

        @Override
        public void failed() {}
      };

  /** What is mirrored. */
  enum Kind {
    CHANNELS("channels"),
    RECORDS("records");

    private final String tag;

    Kind(String tag) {
      this.tag = tag;
    }

    /** What it is, in the plural. */
    public String tag() {
      return tag;
    }
  }

  /** So many more wait for a store, or fewer. */
  void waiting(int change);

  /** A store took so many. */
  void handed(int count);

  /** A store failed; it will be given the same again. */
  void failed();
}
