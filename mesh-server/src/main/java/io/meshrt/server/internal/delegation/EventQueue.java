// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events for one partition, published one after the other, each until it was: at most 10,000 wait,
 * further ones are dropped. Thread-safe, never blocks.
 */
final class EventQueue {
  static final int MAX_WAITING = 10_000;

  private static final Logger log = LoggerFactory.getLogger(EventQueue.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Topics topics;
  private final Topic topic;
  private final Scheduler scheduler;
  private final WorkMeter meter;

  /** Publishes, so that publications which complete at once do not nest. */
  private final Lane lane = new Lane();

  // Guarded by this.
  private final ArrayDeque<Outgoing> waiting = new ArrayDeque<>();
  private boolean full;
  private CompletableFuture<@Nullable Void> empty = CompletableFuture.completedFuture(null);

  EventQueue(Topics topics, Topic topic, Scheduler scheduler, WorkMeter meter) {
    this.topics = topics;
    this.topic = topic;
    this.scheduler = scheduler;
    this.meter = meter;
  }

  void add(Outgoing event) {
    boolean first;
    boolean warn = false;
    synchronized (this) {
      boolean room = waiting.size() < MAX_WAITING;
      first = room && waiting.isEmpty();
      if (first) {
        empty = new CompletableFuture<>();
      }
      if (room) {
        waiting.add(event);
      } else {
        meter.dropped();
        warn = !full;
      }
      full = !room;
    }
    if (first) {
      lane.run(() -> publish(event));
    } else if (warn) {
      log.warn("events of connections are dropped: {} wait for {}", MAX_WAITING, topic);
    }
  }

  /** Completes when nothing waits. */
  synchronized CompletableFuture<@Nullable Void> empty() {
    return empty;
  }

  private void publish(Outgoing event) {
    CompletableFuture<?> unused =
        topics
            .publish(topic, event)
            .whenComplete((position, failure) -> lane.run(() -> onPublished(event, failure)));
  }

  private void onPublished(Outgoing event, @Nullable Throwable failure) {
    if (failure == null) {
      publishNext();
    } else {
      // The id keeps it from being published twice.
      scheduler.schedule(() -> lane.run(() -> publish(event)), RETRY);
    }
  }

  private void publishNext() {
    Outgoing next;
    CompletableFuture<@Nullable Void> done;
    synchronized (this) {
      waiting.remove();
      next = waiting.peek();
      done = empty;
    }
    if (next == null) {
      done.complete(null);
    } else {
      publish(next);
    }
  }
}
