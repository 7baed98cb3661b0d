// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

import io.meshrt.server.persistence.MirrorOptions;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of channels needs no connections: publishing, and reading what is kept. Servers have it, and
 * programs that only send. Thread-safe, never blocks.
 *
 * <p>A name is at most 255 bytes of UTF-8 without control characters, else {@link
 * IllegalArgumentException}; patterns have to match a whole name. Futures complete on handler
 * threads and fail with {@code EUNAVAILABLE} when the cluster cannot be asked.
 *
 * <p>What is published by one caller, one after the other, is accepted in that order. Policies and
 * mirrors are what this program was told; others do not know them.
 */
public interface ChannelPublisher {
  /** Says how much of a channel is kept where the publisher does not. */
  ChannelRegistration policy(String channel, ChannelPolicy policy);

  /** As {@link #policy(String, ChannelPolicy)}; what was added first counts where several match. */
  ChannelRegistration policy(Pattern channels, ChannelPolicy policy);

  /** As {@link #publish(String, Object, PublishOptions)}, as the policy says. */
  default CompletableFuture<ChannelPosition> publish(String channel, @Nullable Object message) {
    return publish(channel, message, PublishOptions.defaults());
  }

  /**
   * Publishes to all subscribers: one request to the cluster, whatever their number. The message is
   * anything that can be written as JSON; a text stays a text.
   *
   * <p>Completes with its position once it was accepted; {@link ChannelPosition#NONE} where nothing
   * is numbered. Fails with {@code ETOOLARGE} beyond the largest message, and with {@code
   * EUNAVAILABLE} when it was perhaps not accepted: with an id it may be published again.
   *
   * @throws IllegalArgumentException when the message cannot be written as JSON
   */
  CompletableFuture<ChannelPosition> publish(
      String channel, @Nullable Object message, PublishOptions options);

  /** Reads a page of what is kept of a channel. */
  CompletableFuture<ChannelHistory> history(String channel, HistoryRequest request);

  /**
   * Hands the publications of this node to a store, from now on, in batches, and serves {@code
   * since} from it. All nodes that publish need the same mirror. The channel is numbered then.
   */
  ChannelRegistration mirror(String channel, ChannelStore store, MirrorOptions options);

  /** As {@link #mirror(String, ChannelStore, MirrorOptions)}, for all whose whole names match. */
  ChannelRegistration mirror(Pattern channels, ChannelStore store, MirrorOptions options);
}
