// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.persistence.Mirrors;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Publishes messages: one request each. Thread-safe, never blocks. */
final class Publishing {
  private final Topics topics;
  private final Exposures<ChannelPolicy> policies;
  private final Mirrors<Mirror> mirrors;
  private final ServerMetrics metrics;
  private final int maxMessageBytes;

  Publishing(
      Topics topics,
      Exposures<ChannelPolicy> policies,
      Mirrors<Mirror> mirrors,
      ServerMetrics metrics,
      int maxMessageBytes) {
    this.topics = topics;
    this.policies = policies;
    this.mirrors = mirrors;
    this.metrics = metrics;
    this.maxMessageBytes = maxMessageBytes;
  }

  /**
   * Publishes a message.
   *
   * @param asked how much is kept; empty for what the policy says
   */
  CompletableFuture<Position> publish(
      String channel, Payload payload, Optional<ChannelPolicy> asked, Optional<String> id) {
    if (payload.message().length() > maxMessageBytes) {
      metrics.limitHit(Limit.CHANNEL_MESSAGE_BYTES);
      return CompletableFuture.failedFuture(
          new CommandException(
              ErrorCode.TOO_LARGE, "message: larger than " + maxMessageBytes + " bytes"));
    }
    Mirror mirror = mirrors.of(channel).orElse(null);
    Tickets.Ticket ticket = mirror == null ? null : mirror.take(channel, payload.message());
    if (mirror != null && ticket == null) {
      metrics.limitHit(Limit.CHANNEL_MIRROR);
      return CompletableFuture.failedFuture(
          CommandException.unavailable("The store of this channel does not keep up."));
    }
    Retention retention =
        asked
            .or(() -> policies.settings(channel))
            .map(policy -> Retention.keep(policy.historySize(), policy.historyAge()))
            .orElse(mirror == null ? Retention.NONE : Retention.NUMBERED);
    return topics
        .publish(Naming.CHANNELS.topic(channel), new Outgoing(payload.encode(), retention, id))
        .whenComplete(
            (position, failure) -> {
              if (position != null) {
                metrics.channels().published();
              }
              if (mirror != null && ticket != null) {
                settle(mirror, ticket, position);
              }
            });
  }

  private static void settle(Mirror mirror, Tickets.Ticket ticket, @Nullable Position position) {
    if (position == null) {
      mirror.onFailed(ticket);
    } else {
      mirror.onPublished(ticket, new ChannelPosition(position.epoch(), position.offset()));
    }
  }
}
