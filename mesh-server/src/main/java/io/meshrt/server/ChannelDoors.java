// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.Channels;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.PublishOptions;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server offers for channels; {@link #channels()} has all of it. */
public sealed interface ChannelDoors permits MeshServer {
  /** Named streams of messages that clients subscribe to. */
  Channels channels();

  /** Lets every client subscribe to a channel and read its history. */
  default Registration exposeChannel(String channel) {
    return channels().expose(channel)::close;
  }

  /** Lets the clients a guard admits subscribe to a channel and read its history. */
  default Registration exposeChannel(String channel, Guard guard) {
    return channels().expose(channel, guard)::close;
  }

  /** As {@link #exposeChannel(String)}, for all channels whose whole names match. */
  default Registration exposeChannel(Pattern channels) {
    return channels().expose(channels)::close;
  }

  /** As {@link #exposeChannel(String, Guard)}, for all channels whose whole names match. */
  default Registration exposeChannel(Pattern channels, Guard guard) {
    return channels().expose(channels, guard)::close;
  }

  /** Lets the clients a guard admits publish to a channel; they hear themselves there. */
  default Registration exposePublish(String channel, Guard guard) {
    return channels().exposePublish(channel, guard, true)::close;
  }

  /** As {@link #exposePublish(String, Guard)}, for all channels whose whole names match. */
  default Registration exposePublish(Pattern channels, Guard guard) {
    return channels().exposePublish(channels, guard, true)::close;
  }

  /** Publishes to all subscribers of a channel; see {@link Channels#publish(String, Object)}. */
  default CompletableFuture<ChannelPosition> publishToChannel(
      String channel, @Nullable Object message) {
    return channels().publish(channel, message);
  }

  /** As {@link #publishToChannel(String, Object)}, and keeps the newest messages. */
  default CompletableFuture<ChannelPosition> publishToChannel(
      String channel, @Nullable Object message, int history) {
    return publishToChannel(channel, message, PublishOptions.defaults().withHistory(history));
  }

  /** As {@link #publishToChannel(String, Object)}, with options. */
  default CompletableFuture<ChannelPosition> publishToChannel(
      String channel, @Nullable Object message, PublishOptions options) {
    return channels().publish(channel, message, options);
  }

  /** Reads a page of what is kept of a channel. */
  default CompletableFuture<ChannelHistory> getChannelHistory(
      String channel, HistoryRequest request) {
    return channels().history(channel, request);
  }
}
