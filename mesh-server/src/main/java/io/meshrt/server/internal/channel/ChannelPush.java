// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.dialect.ChannelShapes;
import io.meshrt.server.internal.dialect.ChannelShapes.Entry;
import io.meshrt.server.internal.dialect.Generation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A message for the subscribers of a channel. Thread-safe; each of its frames is made once. */
final class ChannelPush {
  private final String channel;
  private final long term;
  private final Position position;
  private final @Nullable String except;
  private final Entry entry;
  private final Map<Generation, byte[]> frames = new ConcurrentHashMap<>(4);

  /**
   * Not encoded yet.
   *
   * @param term of the node when it was heard, as {@code Cluster#term}
   */
  ChannelPush(String channel, Publication publication, long term) {
    Payload payload = Payload.decode(publication.payload());
    this.channel = channel;
    this.term = term;
    this.position = publication.position();
    this.except = payload.except();
    this.entry =
        new Entry(payload.message(), position.epoch(), position.offset(), publication.timeMillis());
  }

  Position position() {
    return position;
  }

  long term() {
    return term;
  }

  /** Where the channel stood before it. */
  Position before() {
    return position.isNumbered()
        ? new Position(position.epoch(), position.offset() - 1)
        : Position.NONE;
  }

  /** Size of the message. */
  int bytes() {
    return entry.message().length();
  }

  boolean isFor(String connectionId) {
    return !connectionId.equals(except);
  }

  /** The frame for a subscriber of this generation. */
  byte[] frame(Generation generation) {
    byte[] made = frames.get(generation);
    return made != null
        ? made
        : frames.computeIfAbsent(generation, key -> ChannelShapes.push(key, channel, entry));
  }
}
