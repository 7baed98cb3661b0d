// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is told in several frames, each made when it is needed first. Thread-safe. */
final class Telling {
  private final @Nullable RawJson reply;
  private final long told;
  private final List<Supplier<byte[]>> frames;

  // Guarded by this.
  private final List<byte[]> made = new ArrayList<>();

  /**
   * Nothing is made yet.
   *
   * @param reply to the one who subscribes, null if there is none
   * @param told what a client takes for the version behind it
   */
  Telling(@Nullable RawJson reply, long told, List<Supplier<byte[]>> frames) {
    this.reply = reply;
    this.told = told;
    this.frames = List.copyOf(frames);
  }

  RawJson reply() {
    if (reply == null) {
      throw new IllegalStateException("no reply");
    }
    return reply;
  }

  long told() {
    return told;
  }

  /** The frame at an index; null behind the last. Those before have been asked for. */
  synchronized byte @Nullable [] frame(int index) {
    if (index < made.size()) {
      return made.get(index);
    }
    if (index >= frames.size()) {
      return null;
    }
    byte[] frame = frames.get(index).get();
    made.add(frame);
    return frame;
  }
}
