// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.work;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees who works for a group: looks every few seconds, and whenever somebody tells that something
 * changed. Started once, closed once. Thread-safe, never blocks.
 */
public final class Crew {
  /** How long a worker counts that is not heard of. */
  public static final Duration LEASE = Duration.ofSeconds(10);

  /** How often it makes itself heard. */
  public static final Duration RENEWAL = Duration.ofSeconds(3);

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final WorkGroup group;
  private final Duration interval;
  private final BiConsumer<Set<String>, Set<String>> onLook;
  private final Lane lane = new Lane();
  private volatile boolean closed;

  // The rest belongs to the lane.
  private Set<String> seen = Set.of();
  private boolean looking;
  private boolean again;
  private @Nullable Registration registration;

  /**
   * Not started.
   *
   * @param onLook told after every look who was there before and who is now; does not block
   */
  public Crew(
      Cluster cluster,
      Scheduler scheduler,
      WorkGroup group,
      Duration interval,
      BiConsumer<Set<String>, Set<String>> onLook) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.group = group;
    this.interval = interval;
    this.onLook = onLook;
  }

  /** Begins to look. */
  public void start() {
    listen();
    tick();
  }

  /** Looks soon, for whoever knows that something changed. */
  public void look() {
    lane.run(this::lookNow);
  }

  /** Looks no more. */
  public void close() {
    closed = true;
    lane.run(this::unlisten);
  }

  /** The same, and tells that nobody is seen any more. */
  public void dismiss() {
    closed = true;
    lane.run(
        () -> {
          unlisten();
          Set<String> before = seen;
          seen = Set.of();
          onLook.accept(before, seen);
        });
  }

  private void unlisten() {
    if (registration != null) {
      registration.close();
    }
  }

  private void listen() {
    if (closed) {
      return;
    }
    CompletableFuture<?> unused =
        cluster
            .topics()
            .listen(group.crew(), new Changes())
            .whenComplete(
                (listening, failure) -> {
                  if (failure == null) {
                    lane.run(() -> onListening(listening));
                  } else {
                    scheduler.schedule(this::listen, interval);
                  }
                });
  }

  private void onListening(Registration listening) {
    registration = listening;
    if (closed) {
      listening.close();
    }
  }

  private void tick() {
    if (!closed) {
      look();
      scheduler.schedule(this::tick, interval);
    }
  }

  private void lookNow() {
    if (closed) {
      return;
    }
    if (looking) {
      again = true;
      return;
    }
    looking = true;
    CompletableFuture<?> unused =
        cluster
            .store()
            .readAll(group.crew())
            .whenComplete(
                (workers, failure) ->
                    lane.run(() -> onSeen(workers == null ? null : workers.keySet())));
  }

  private void onSeen(@Nullable Set<String> workers) {
    looking = false;
    if (closed) {
      return;
    }
    if (workers != null) {
      Set<String> before = seen;
      seen = Set.copyOf(new HashSet<>(workers));
      onLook.accept(before, seen);
    }
    if (again) {
      again = false;
      lookNow();
    }
  }

  private final class Changes implements TopicListener {
    @Override
    public void onPublication(Publication publication) {
      look();
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      look();
    }
  }
}
