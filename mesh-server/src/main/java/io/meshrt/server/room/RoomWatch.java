// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.room;

/** A listener to the events of a room. Thread-safe, idempotent. */
@FunctionalInterface
public interface RoomWatch extends AutoCloseable {
  /** Stops listening; at most one call under way ends. */
  @Override
  void close();
}
