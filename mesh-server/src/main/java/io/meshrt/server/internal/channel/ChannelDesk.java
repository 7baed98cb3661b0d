// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelMessage;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelPublisher;
import io.meshrt.server.channel.ChannelRegistration;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.ChannelShapes;
import io.meshrt.server.internal.dialect.ChannelShapes.Entry;
import io.meshrt.server.internal.dialect.ChannelShapes.Page;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.metrics.MirrorMeter.Kind;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.persistence.Feed;
import io.meshrt.server.internal.persistence.Mirrors;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.persistence.MirrorOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Publishes to channels and reads what is kept of them, without knowing sessions: for nodes and for
 * guests of the cluster. Thread-safe, never blocks, but for its end.
 */
public final class ChannelDesk implements ChannelPublisher {
  private final JsonValues json;
  private final HandlerThreads threads;
  private final Exposures<ChannelPolicy> policies;
  private final Mirrors<Mirror> mirrors;
  private final Feed.Tools feeds;
  private final Publishing publishing;
  private final Histories histories;

  /**
   * Nothing was published.
   *
   * @param guards are asked nothing
   */
  public ChannelDesk(
      ChannelFeature.Settings settings,
      Topics topics,
      Guards guards,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.json = json;
    this.threads = threads;
    this.policies = new Exposures<>(guards);
    this.mirrors = new Mirrors<>(Kind.CHANNELS.tag(), guards);
    this.feeds = Feed.Tools.of(Kind.CHANNELS, scheduler, threads, metrics);
    this.publishing =
        new Publishing(topics, policies, mirrors, metrics, settings.maxMessageBytes());
    this.histories =
        new Histories(topics, mirrors, scheduler, threads::execute, metrics.channels(), settings);
  }

  Publishing publishing() {
    return publishing;
  }

  Histories histories() {
    return histories;
  }

  @Override
  public ChannelRegistration policy(String channel, ChannelPolicy policy) {
    return policies.expose(require(channel), null, policy)::run;
  }

  @Override
  public ChannelRegistration policy(Pattern channels, ChannelPolicy policy) {
    return policies.expose(channels, null, policy)::run;
  }

  @Override
  public CompletableFuture<ChannelPosition> publish(
      String channel, @Nullable Object message, PublishOptions options) {
    Payload payload = new Payload(json.encode(message), null);
    return threads
        .handOver(publishing.publish(require(channel), payload, options.retention(), options.id()))
        .thenApply(ChannelDesk::position);
  }

  @Override
  public CompletableFuture<ChannelHistory> history(String channel, HistoryRequest request) {
    ChannelStore.Since since = request.since().orElse(null);
    if (since != null && mirrors.of(require(channel)).isEmpty()) {
      return CompletableFuture.failedFuture(
          CommandException.notFound("This channel has no store."));
    }
    ChannelPosition after = request.after();
    Wanted wanted =
        new Wanted(
            require(channel),
            request.limit(),
            after.isNumbered() ? new Position(after.epoch(), after.offset()) : Position.NONE,
            since);
    return threads
        .handOver(histories.read(wanted, Generation.V1))
        .thenApply(page -> history(page.page()));
  }

  @Override
  public ChannelRegistration mirror(String channel, ChannelStore store, MirrorOptions options) {
    return mirrors.add(require(channel), new Mirror(store, options, feeds))::run;
  }

  @Override
  public ChannelRegistration mirror(Pattern channels, ChannelStore store, MirrorOptions options) {
    return mirrors.add(channels, new Mirror(store, options, feeds))::run;
  }

  /**
   * Hands stores what they do not have yet, as far as that is possible in the time given; blocks.
   */
  public void close(Duration timeout) {
    mirrors.close(timeout);
  }

  private ChannelHistory history(Page page) {
    List<ChannelMessage> messages = new ArrayList<>();
    for (Entry entry : page.ascending()) {
      messages.add(
          new ChannelMessage(
              json.tree(entry.message()),
              new ChannelPosition(entry.epoch(), entry.offset()),
              Instant.ofEpochMilli(entry.timeMillis())));
    }
    if (!page.afterPosition()) {
      Collections.reverse(messages);
    }
    return new ChannelHistory(
        messages, new ChannelPosition(page.epoch(), page.offset()), page.recovered(), page.more());
  }

  private static ChannelPosition position(Position position) {
    return new ChannelPosition(position.epoch(), position.offset());
  }

  static String require(String channel) {
    String flaw = ApplicationNames.flawOf(channel);
    if (flaw != null) {
      throw new IllegalArgumentException("channel: " + flaw);
    }
    if (channel.equals(ChannelShapes.INBOX)) {
      throw new IllegalArgumentException("channel: " + channel + " is each identity's own");
    }
    return channel;
  }
}
