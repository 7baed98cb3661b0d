// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** What happened to records of a group at once. Thread-safe; frames are made once. */
final class Batch {
  private final List<RecordState> states;
  private final long term;
  private final Map<String, byte[]> frames = new ConcurrentHashMap<>(2);

  /**
   * No frame is made yet.
   *
   * @param term of the node when it was heard, as {@code Cluster#term}
   */
  Batch(List<RecordState> states, long term) {
    this.states = List.copyOf(states);
    this.term = term;
  }

  List<RecordState> states() {
    return states;
  }

  long term() {
    return term;
  }

  /** The frame under a name, which tells what is in it. */
  byte[] frame(String name, Supplier<byte[]> frame) {
    byte[] made = frames.get(name);
    return made != null ? made : frames.computeIfAbsent(name, key -> frame.get());
  }
}
