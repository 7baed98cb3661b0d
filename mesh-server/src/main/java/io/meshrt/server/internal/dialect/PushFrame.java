// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.MalformedJsonException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A push of the application on its way to many. It travels in the one frame that all generations of
 * the family share; in the words of another dialect it is written once, when the first connection
 * that speaks it is to get it. Thread-safe.
 */
public final class PushFrame {
  /** Where it has no words. */
  private static final byte[] UNSPEAKABLE = {};

  private final byte[] family;
  private volatile @Nullable Map<Dialect, byte[]> others;

  /**
   * A push.
   *
   * @param family its frame; not changed afterwards
   */
  public PushFrame(byte[] family) {
    this.family = family;
  }

  /** The frame for a connection; null when it cannot be said in its dialect. */
  public byte @Nullable [] in(Dialect dialect) {
    if (dialect.sharesPushes()) {
      return family;
    }
    byte[] frame = others().computeIfAbsent(dialect, this::write);
    return frame == UNSPEAKABLE ? null : frame;
  }

  private byte[] write(Dialect dialect) {
    try {
      Envelope envelope = EnvelopeReader.readWritten(family);
      String name = envelope.command();
      return name == null ? UNSPEAKABLE : dialect.push(name, envelope.payload());
    } catch (MalformedJsonException e) {
      return UNSPEAKABLE; // strangers may publish anything
    }
  }

  private Map<Dialect, byte[]> others() {
    Map<Dialect, byte[]> known = others;
    if (known != null) {
      return known;
    }
    synchronized (this) {
      known = others;
      if (known == null) {
        known = new ConcurrentHashMap<>(2);
        others = known;
      }
      return known;
    }
  }
}
