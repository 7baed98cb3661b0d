// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** The events of rooms that are counted. Thread-safe, never blocks. */
public interface RoomMeter {
  /** Counts nothing. */
  RoomMeter NONE =
      new RoomMeter() {
        @Override
        public void sent() {}

        @Override
        public void restored() {}

        @Override
        public void refused() {}

        @Override
        public void notRestored() {}
      };

  /** A message of a client to a room was accepted. */
  void sent();

  /** A connection became a member of a room that was remembered. */
  void restored();

  /** A guard refused a room that was remembered. */
  void refused();

  /** What is remembered could not be restored now; it is tried again. */
  void notRestored();
}
