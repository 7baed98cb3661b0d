// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ForeignListener;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The topics of channels, some of which also hear a channel of others' by the same name, each text
 * as a message without a number. Thread-safe, never blocks.
 */
final class BridgedTopics implements Topics {
  private final Cluster cluster;
  private final Topics topics;
  private final Scheduler scheduler;
  private final ServerMetrics metrics;
  private final int maxMessageBytes;
  private final Set<String> bridged = ConcurrentHashMap.newKeySet();

  BridgedTopics(Cluster cluster, Scheduler scheduler, ServerMetrics metrics, int maxMessageBytes) {
    this.cluster = cluster;
    this.topics = cluster.topics();
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.maxMessageBytes = maxMessageBytes;
  }

  /** From the next listener of the channel on, until the result is run. */
  Runnable bridge(String channel) {
    if (!cluster.hearsOthers()) {
      throw new IllegalStateException("the nodes do not share a Redis");
    }
    bridged.add(channel);
    return () -> bridged.remove(channel);
  }

  @Override
  public CompletableFuture<Registration> listen(Topic topic, TopicListener listener) {
    if (!bridged.contains(topic.name())) {
      return topics.listen(topic, listener);
    }
    return topics
        .listen(topic, listener)
        .thenCompose(own -> alsoForeign(topic.name(), listener, own));
  }

  private CompletableFuture<Registration> alsoForeign(
      String channel, TopicListener listener, Registration own) {
    return cluster
        .hearOthers(
            channel,
            new ForeignListener() {
              @Override
              public void onMessage(byte[] message) {
                onForeign(message, listener);
              }

              @Override
              public void onDropped() {
                metrics.cluster().foreignDropped();
              }
            })
        .handle(
            (foreign, failure) -> {
              if (failure != null) {
                own.close();
                throw new java.util.concurrent.CompletionException(failure);
              }
              return () -> {
                foreign.close();
                own.close();
              };
            });
  }

  private void onForeign(byte[] message, TopicListener listener) {
    if (message.length > maxMessageBytes) {
      metrics.limitHit(Limit.CHANNEL_MESSAGE_BYTES);
      return;
    }
    String text = new String(message, java.nio.charset.StandardCharsets.UTF_8);
    listener.onPublication(
        new Publication(
            Position.NONE, scheduler.currentTimeMillis(), RawJson.ofString(text).toByteArray()));
  }

  @Override
  public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
    return topics.publish(topic, message);
  }

  @Override
  public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
    return topics.read(topic, query);
  }
}
