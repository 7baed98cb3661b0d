// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The time of a group of workers, as far as it is known here: asked every few seconds by a
 * publication to oneself, whose acceptance lies between sending and hearing. In a cluster of many
 * clocks all who ask for a group ask the same one, which lies where its workers are registered.
 * Started once, closed once; what was known last goes on. Thread-safe, never blocks.
 */
public final class ClusterClock {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration RETRY = Duration.ofMillis(500);

  /** A worse look replaces a better one after this long: clocks drift, and are set. */
  private static final long OLD_NANOS = Duration.ofSeconds(20).toNanos();

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Topic topic;
  private final CompletableFuture<@Nullable Void> known = new CompletableFuture<>();
  private volatile @Nullable Look last;
  private volatile boolean closed;

  // Guarded by this.
  private @Nullable Registration registration;
  private long number;
  private long sentNanos;

  /** What the cluster's clock said between two moments. */
  private record Look(long millis, long sentNanos, long heardNanos) {
    long width() {
      return heardNanos - sentNanos;
    }
  }

  /**
   * Not started.
   *
   * @param name used by nobody else for this group
   */
  public ClusterClock(Cluster cluster, Scheduler scheduler, WorkGroup group, String name) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.topic = group.clock(name);
  }

  /** Begins to look, however often that has to be tried; completes when the time is known. */
  public CompletableFuture<@Nullable Void> start() {
    listen();
    return known;
  }

  /** Not later than now, in ms since the epoch; empty while it is not known. */
  public OptionalLong earliest() {
    Look look = last;
    return look == null
        ? OptionalLong.empty()
        : OptionalLong.of(look.millis + millisSince(look.heardNanos));
  }

  /** Not earlier than now; empty while it is not known. */
  public OptionalLong latest() {
    Look look = last;
    return look == null
        ? OptionalLong.empty()
        : OptionalLong.of(look.millis + 1 + millisSince(look.sentNanos));
  }

  /** Looks no more. */
  public void close() {
    closed = true;
    Registration listening;
    synchronized (this) {
      listening = registration;
    }
    if (listening != null) {
      listening.close();
    }
  }

  private long millisSince(long nanos) {
    return (scheduler.nanoTime() - nanos) / NANOS_PER_MILLI;
  }

  private void listen() {
    if (closed) {
      return;
    }
    CompletableFuture<?> unused =
        cluster
            .topics()
            .listen(topic, new Answers())
            .whenComplete(
                (listening, failure) -> {
                  if (failure == null) {
                    onListening(listening);
                  } else {
                    scheduler.schedule(this::listen, RETRY);
                  }
                });
  }

  private void onListening(Registration listening) {
    synchronized (this) {
      registration = listening;
    }
    if (closed) {
      listening.close();
    } else {
      ask();
    }
  }

  private void ask() {
    if (closed) {
      return;
    }
    long asked;
    synchronized (this) {
      asked = ++number;
      sentNanos = scheduler.nanoTime();
    }
    byte[] question = Long.toString(asked).getBytes(UTF_8);
    CompletableFuture<?> unused =
        cluster
            .topics()
            .publish(topic, Outgoing.of(question, Retention.NONE))
            .whenComplete((done, failure) -> {});
    scheduler.schedule(this::ask, last == null ? RETRY : INTERVAL);
  }

  private void onAnswer(Publication answer) {
    long heardNanos = scheduler.nanoTime();
    long sent;
    synchronized (this) {
      if (!new String(answer.payload(), UTF_8).equals(Long.toString(number))) {
        return;
      }
      sent = sentNanos;
    }
    Look now = new Look(answer.timeMillis(), sent, heardNanos);
    Look before = last;
    if (before == null
        || now.width() <= before.width() * 2
        || heardNanos - before.heardNanos > OLD_NANOS) {
      last = now;
    }
    known.complete(null);
  }

  private final class Answers implements TopicListener {
    @Override
    public void onPublication(Publication publication) {
      onAnswer(publication);
    }

    @Override
    public void onGap(Position lastHeard, Position head) {}
  }
}
