// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.internal.metrics.CollectionMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The collections that sessions of this node follow. The first one who takes a view makes the node
 * follow it; it stops some time after the last one released it. Thread-safe.
 */
final class Views {
  private final Function<Key, View> build;
  private final BiConsumer<View, String> onFailed;
  private final Scheduler scheduler;
  private final Duration linger;
  private final CollectionMeter meter;

  // Guarded by this.
  private final Map<Key, Use> uses = new HashMap<>();

  /**
   * Which view.
   *
   * @param spec what is exposed
   * @param owner the session it is for; what is for all has none of its own
   */
  record Key(String collection, Spec spec, Object owner) {}

  /**
   * Nothing is followed.
   *
   * @param onFailed told of a view that cannot be followed any more, and why; does not block
   */
  Views(
      Function<Key, View> build,
      BiConsumer<View, String> onFailed,
      Scheduler scheduler,
      Duration linger,
      CollectionMeter meter) {
    this.build = build;
    this.onFailed = onFailed;
    this.scheduler = scheduler;
    this.linger = linger;
    this.meter = meter;
  }

  /** A view that is followed for somebody. */
  static final class Use {
    private final Key key;
    private final View view;

    // Guarded by the outer object.
    private int users;
    private long takes;

    private Use(Key key, View view) {
      this.key = key;
      this.view = view;
    }

    View view() {
      return view;
    }

    private void take() {
      users++;
      takes++;
    }
  }

  /** A view, followed until it is released once, however its start ends. */
  Use take(Key key) {
    Use known = takeKnown(key);
    if (known != null) {
      return known;
    }
    Use built = new Use(key, build.apply(key));
    Use use;
    synchronized (this) {
      use = uses.computeIfAbsent(key, missing -> built);
      use.take();
    }
    if (use == built) {
      start(use);
    }
    return use;
  }

  private synchronized @Nullable Use takeKnown(Key key) {
    Use use = uses.get(key);
    if (use != null) {
      use.take();
    }
    return use;
  }

  private void start(Use use) {
    meter.views(1);
    CompletableFuture<?> unused = use.view.failed().thenAccept(code -> onFailed(use, code));
    CompletableFuture<?> begun = use.view.start();
    begun.exceptionally(
        failure -> {
          end(use, forget(use)); // of no use to those who come later
          return null;
        });
  }

  /** Lets go of a view that was taken. */
  void release(Use use) {
    boolean idle;
    long takes;
    synchronized (this) {
      idle = --use.users == 0;
      takes = use.takes;
    }
    if (idle && use.key.spec().isShared()) {
      scheduler.schedule(() -> endIfUnused(use, takes), linger);
    } else if (idle) {
      endIfUnused(use, takes);
    }
  }

  private void endIfUnused(Use use, long takes) {
    boolean ends;
    synchronized (this) {
      ends = use.users == 0 && use.takes == takes && uses.remove(use.key, use);
    }
    end(use, ends);
  }

  private void onFailed(Use use, String code) {
    end(use, forget(use));
    onFailed.accept(use.view, code);
  }

  /** Nobody takes this one any more. */
  private synchronized boolean forget(Use use) {
    return uses.remove(use.key, use);
  }

  private void end(Use use, boolean ends) {
    if (ends) {
      meter.views(-1);
      use.view.close();
    }
  }

  /** How many the node follows. */
  synchronized int count() {
    return uses.size();
  }
}
