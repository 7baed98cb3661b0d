// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import java.util.List;

/**
 * Where an application keeps publications for longer than the history of a channel: a database, a
 * file. Called on handler threads, so it may block; {@code append} is never called twice at a time
 * by one node, but nodes do not wait for each other.
 */
public interface ChannelStore {
  /**
   * Adds messages, in the order in which this node published them. When it throws, the same
   * messages are given again later, so it ignores those whose channel and position it has.
   */
  void append(List<StoredMessage> messages) throws Exception;

  /**
   * The first messages of a channel that are later than something, oldest first: by time, and by
   * offset where times are the same.
   *
   * @param limit most messages wanted
   */
  List<StoredMessage> read(String channel, Since since, int limit) throws Exception;

  /** Where to begin. */
  sealed interface Since permits SinceTime, SinceMessage {}

  /**
   * Strictly later than a time.
   *
   * @param timeMillis in ms since the epoch
   */
  record SinceTime(long timeMillis) implements Since {}

  /**
   * Behind a stored message: of a later time, or of the same time and a higher offset; from the
   * beginning when there is none such.
   *
   * @param id as {@link StoredMessage#id}
   */
  record SinceMessage(String id) implements Since {}
}
