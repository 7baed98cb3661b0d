// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Tells who watches the ids of changed records that begin with a prefix: those of a short while
 * together, 50 ms behind the last of them, and 200 ms behind the first at most. The node listens
 * while somebody watches. Thread-safe, never blocks.
 */
final class Changes implements TopicListener {
  static final Duration QUIET = Duration.ofMillis(50);
  static final Duration LONGEST = Duration.ofMillis(200);

  /** Ids that wait to be told; of more than these it is told that anything may have changed. */
  static final int MAX_IDS = 10_000;

  private final Topics topics;
  private final Topic topic;
  private final Scheduler scheduler;

  // Guarded by this.
  private final Map<String, Scope> scopes = new HashMap<>();
  private final Map<Integer, Integer> lengths = new HashMap<>();
  private @Nullable CompletableFuture<Registration> listening;

  /** Who wants to know of changes. Called on threads of the cluster and the timer; never blocks. */
  interface Watcher {
    /** These have changed. */
    void onChanged(Set<String> ids);

    /** Any may have changed. */
    void onGap();
  }

  /** Nobody watches yet. */
  Changes(Topics topics, Topic topic, Scheduler scheduler) {
    this.topics = topics;
    this.topic = topic;
    this.scheduler = scheduler;
  }

  /**
   * Watches; what has changed since the future has completed is told, or that anything may have.
   */
  CompletableFuture<Registration> watch(String prefix, Watcher watcher) {
    CompletableFuture<Registration> heard;
    boolean first;
    synchronized (this) {
      scope(prefix).watchers.add(watcher);
      first = listening == null;
      heard = listening == null ? new CompletableFuture<>() : listening;
      listening = heard;
    }
    if (first) {
      listen(heard);
    }
    Registration registration = () -> unwatch(prefix, watcher);
    return heard
        .<Registration>thenApply(done -> registration)
        .whenComplete(
            (done, failure) -> {
              if (failure != null) {
                registration.close();
              }
            });
  }

  private void listen(CompletableFuture<Registration> heard) {
    CompletableFuture<?> unused =
        topics
            .listen(topic, this)
            .whenComplete(
                (registration, failure) -> {
                  if (failure == null) {
                    heard.complete(registration);
                  } else {
                    forget(heard);
                    heard.completeExceptionally(failure);
                  }
                });
  }

  private synchronized void forget(CompletableFuture<Registration> failed) {
    if (listening == failed) {
      listening = null;
    }
  }

  private void unwatch(String prefix, Watcher watcher) {
    CompletableFuture<Registration> last = null;
    synchronized (this) {
      Scope scope = scopes.get(prefix);
      if (scope != null && scope.watchers.remove(watcher) && scope.watchers.isEmpty()) {
        scopes.remove(prefix);
        lengths.computeIfPresent(prefix.length(), (key, count) -> count == 1 ? null : count - 1);
      }
      if (scopes.isEmpty()) {
        last = listening;
        listening = null;
      }
    }
    if (last != null) {
      CompletableFuture<?> unused = last.thenAccept(Registration::close);
    }
  }

  private Scope scope(String prefix) {
    return scopes.computeIfAbsent(
        prefix,
        key -> {
          lengths.merge(prefix.length(), 1, Integer::sum);
          return new Scope();
        });
  }

  @Override
  public synchronized void onPublication(Publication publication) {
    for (String id : new String(publication.payload(), UTF_8).split("\n", -1)) {
      for (int length : lengths.keySet()) {
        Scope scope = length > id.length() ? null : scopes.get(id.substring(0, length));
        if (scope != null) {
          scope.note(id);
        }
      }
    }
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    List<Watcher> watchers = new ArrayList<>();
    synchronized (this) {
      scopes.values().forEach(scope -> watchers.addAll(scope.watchers));
    }
    watchers.forEach(Watcher::onGap);
  }

  /** Those who watch one prefix. Guarded by the outer object. */
  private final class Scope {
    private final Set<Watcher> watchers = new HashSet<>();
    private Set<String> ids = new HashSet<>();
    private boolean tooMany;
    private boolean scheduled;
    private long firstNanos;
    private long lastNanos;

    private void note(String id) {
      lastNanos = scheduler.nanoTime();
      if (tooMany || ids.size() >= MAX_IDS) {
        tooMany = true;
        ids.clear();
      } else {
        ids.add(id);
      }
      if (!scheduled) {
        scheduled = true;
        firstNanos = lastNanos;
        scheduler.schedule(this::tell, QUIET);
      }
    }

    private void tell() {
      Set<String> told;
      List<Watcher> all;
      boolean gap;
      synchronized (Changes.this) {
        long now = scheduler.nanoTime();
        long wait =
            Math.min(lastNanos + QUIET.toNanos() - now, firstNanos + LONGEST.toNanos() - now);
        if (wait > 0) {
          scheduler.schedule(this::tell, Duration.ofNanos(wait));
          return;
        }
        told = ids;
        gap = tooMany;
        all = List.copyOf(watchers);
        ids = new HashSet<>();
        tooMany = false;
        scheduled = false;
      }
      for (Watcher watcher : all) {
        if (gap) {
          watcher.onGap();
        } else {
          watcher.onChanged(told);
        }
      }
    }
  }
}
