// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.core.codec.Envelope;
import io.meshrt.core.codec.EnvelopeKeys;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.MalformedJsonException;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import org.jspecify.annotations.Nullable;

/**
 * A kept message on its way to the sessions of this node, which may be on several I/O threads; its
 * frame without a sequence is written once. Thread-safe.
 */
final class FeedMessage {
  private static final EnvelopeKeys KEYS = EnvelopeKeys.of("", "name", "payload");

  private final Publication publication;
  private byte @Nullable [] frame;

  FeedMessage(Publication publication) {
    this.publication = publication;
  }

  Position position() {
    return publication.position();
  }

  long timeMillis() {
    return publication.timeMillis();
  }

  /** Its frame; empty when it is none of ours. */
  byte[] frame(FeedWords words, int sequence) {
    return sequence == 0 ? sharedFrame(words) : write(words, sequence);
  }

  private synchronized byte[] sharedFrame(FeedWords words) {
    byte[] known = frame;
    if (known == null) {
      known = write(words, 0);
      frame = known;
    }
    return known;
  }

  private byte[] write(FeedWords words, int sequence) {
    try {
      Envelope envelope = EnvelopeReader.readWritten(publication.payload(), KEYS);
      String name = envelope.command();
      return name == null ? new byte[0] : words.frame(name, envelope.payload(), sequence);
    } catch (MalformedJsonException e) {
      return new byte[0];
    }
  }
}
