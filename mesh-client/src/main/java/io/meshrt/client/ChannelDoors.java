// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.channel.ChannelHistory;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.Channels;
import io.meshrt.client.channel.HistoryQuery;
import io.meshrt.client.channel.SubscribeOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What a client offers for channels; {@link #channels()} has all of it. */
public sealed interface ChannelDoors permits MeshClient {
  /** The channels this client hears and publishes to. */
  Channels channels();

  /** As {@link Channels#subscribe(String, Class, ChannelListener)}. */
  default <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel, Class<T> type, ChannelListener<T> listener) {
    return channels().subscribe(channel, type, listener);
  }

  /** As {@link Channels#subscribe(String, Class, ChannelListener, SubscribeOptions)}. */
  default <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel, Class<T> type, ChannelListener<T> listener, SubscribeOptions options) {
    return channels().subscribe(channel, type, listener, options);
  }

  /** As {@link Channels#subscribe(String, TypeReference, ChannelListener, SubscribeOptions)}. */
  default <T> CompletableFuture<ChannelSubscription<T>> subscribe(
      String channel,
      TypeReference<T> type,
      ChannelListener<T> listener,
      SubscribeOptions options) {
    return channels().subscribe(channel, type, listener, options);
  }

  /** As {@link Channels#publish(String, Object)}. */
  default CompletableFuture<ChannelPosition> publish(String channel, @Nullable Object message) {
    return channels().publish(channel, message);
  }

  /** As {@link Channels#publish(String, Object, String)}. */
  default CompletableFuture<ChannelPosition> publish(
      String channel, @Nullable Object message, String id) {
    return channels().publish(channel, message, id);
  }

  /** As {@link Channels#history(String, Class, HistoryQuery)}, with messages as they are. */
  default CompletableFuture<ChannelHistory<JsonNode>> history(String channel, HistoryQuery query) {
    return channels().history(channel, JsonNode.class, query);
  }
}
