// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

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
    Ear ear = new Ear(listener);
    return topics.listen(topic, ear).thenCompose(own -> alsoForeign(topic.name(), ear, own));
  }

  private CompletableFuture<Registration> alsoForeign(String channel, Ear ear, Registration own) {
    return cluster
        .hearOthers(channel, ear)
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

  @Override
  public CompletableFuture<Position> publish(Topic topic, Outgoing message) {
    return topics.publish(topic, message);
  }

  @Override
  public CompletableFuture<History> read(Topic topic, HistoryQuery query) {
    return topics.read(topic, query);
  }

  /** Hears a channel of ours and the one of others, each in its order. */
  private final class Ear implements TopicListener, ForeignListener {
    private final TopicListener listener;
    private volatile boolean numbered;

    Ear(TopicListener listener) {
      this.listener = listener;
    }

    @Override
    public void onPublication(Publication publication) {
      noteNumber(publication.position());
      listener.onPublication(publication);
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      noteNumber(lastHeard);
      noteNumber(head);
      listener.onGap(lastHeard, head);
    }

    private void noteNumber(Position position) {
      if (position.isNumbered()) {
        numbered = true;
      }
    }

    @Override
    public void onMessage(byte[] message) {
      if (message.length > maxMessageBytes) {
        metrics.limitHit(Limit.CHANNEL_MESSAGE_BYTES);
        return;
      }
      String text = new String(message, UTF_8);
      listener.onPublication(
          new Publication(
              Position.NONE, scheduler.currentTimeMillis(), RawJson.ofString(text).toByteArray()));
    }

    @Override
    public void onDropped() {
      metrics.cluster().foreignDropped();
    }

    @Override
    public void onLost() {
      if (!numbered) { // else it would be looked for in a history that has nothing of others
        listener.onGap(Position.NONE, Position.NONE);
      }
    }
  }
}
