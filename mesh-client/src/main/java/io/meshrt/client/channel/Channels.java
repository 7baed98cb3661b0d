// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.channel;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Named streams of messages that the server publishes. Thread-safe.
 *
 * <p>A subscription outlives its connection: after a reconnect, on whatever node, it goes on behind
 * the last message, and the listener hears {@link ChannelListener#onRecovered} or {@link
 * ChannelListener#onGap}. Where a channel has no numbers, as on servers of older generations, each
 * reconnect is a gap. All subscriptions of a channel share one of the connection.
 *
 * <p>Servers of older generations send every message as a text. It is given as it is to listeners
 * of {@code String}, {@code Object} and {@code JsonNode}; for another type the text is read as
 * JSON.
 *
 * <p>Futures fail as those of {@link io.meshrt.client.MeshClient#command(String, Object, Class)}
 * do, with {@code EACCESS} when the server refuses, with {@code ENOTFOUND} when it has no such
 * command, and with {@link IllegalArgumentException} when the name is empty, longer than 255 bytes
 * of UTF-8, or holds control characters.
 */
public interface Channels {
  /** As {@link #subscribe(String, Class, ChannelListener, SubscribeOptions)}, from now on. */
  default <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel, Class<T> type, ChannelListener<T> listener) {
    return subscribe(channel, type, listener, SubscribeOptions.defaults());
  }

  /**
   * Subscribes.
   *
   * @param type of the messages; one that does not fit is reported to the error listeners
   * @return completes when the server accepted, with no order between that and the first message;
   *     cancelling it ends the subscription. While the client is reconnecting, a further
   *     subscription of a channel that asks for nothing of the past begins at once, behind the last
   *     message that came.
   */
  <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel, Class<T> type, ChannelListener<T> listener, SubscribeOptions options);

  /** As {@link #subscribe(String, Class, ChannelListener, SubscribeOptions)}. */
  <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel, TypeReference<T> type, ChannelListener<T> listener, SubscribeOptions options);

  /**
   * Publishes, where the server lets clients do that.
   *
   * @param message any value Jackson can write
   * @return its place; {@link ChannelPosition#NONE} where the channel has no numbers
   */
  CompletableFuture<ChannelPosition> publish(String channel, @Nullable Object message);

  /**
   * As {@link #publish(String, Object)}, with a name for this message: when an outcome is unknown,
   * it can be published again and is not there twice.
   *
   * @param id 1 to 128 characters
   */
  CompletableFuture<ChannelPosition> publish(String channel, @Nullable Object message, String id);

  /**
   * Reads a page of what is kept.
   *
   * @return fails with {@link io.meshrt.client.UnexpectedReplyException} when a message does not
   *     fit the type
   */
  <T> CompletableFuture<ChannelHistory<T>> history(
      String channel, Class<T> type, HistoryQuery query);

  /** As {@link #history(String, Class, HistoryQuery)}, for generic types. */
  <T> CompletableFuture<ChannelHistory<T>> history(
      String channel, TypeReference<T> type, HistoryQuery query);
}
