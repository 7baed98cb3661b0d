// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to hear something that is made until it succeeds: at once when the cluster can be
 * asked again, and every second. Thread-safe. Attempts are made one after the other, on threads of
 * the cluster and of the timers.
 */
public final class FirstListen {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Supplier<? extends CompletableFuture<?>> attempt;
  private final CompletableFuture<@Nullable Void> heard = new CompletableFuture<>();

  // Guarded by this.
  private boolean underWay;
  private boolean again;
  private Scheduler.@Nullable Timer retry;

  private FirstListen(
      Cluster cluster, Scheduler scheduler, Supplier<? extends CompletableFuture<?>> attempt) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.attempt = attempt;
  }

  /**
   * Makes the first attempt. The future completes when one succeeds, and fails with {@code
   * EUNAVAILABLE} when the cluster is closed before.
   *
   * @param attempt never blocks and never throws
   */
  public static CompletableFuture<@Nullable Void> until(
      Cluster cluster, Scheduler scheduler, Supplier<? extends CompletableFuture<?>> attempt) {
    FirstListen listen = new FirstListen(cluster, scheduler, attempt);
    Registration health = cluster.addListener(listen.new OnHealth());
    CompletableFuture<?> unused = listen.heard.whenComplete((done, failure) -> health.close());
    listen.tryNow();
    return listen.heard;
  }

  private void tryNow() {
    synchronized (this) {
      if (heard.isDone()) {
        return;
      }
      if (underWay) {
        again = true;
        return;
      }
      underWay = true;
      again = false;
      if (retry != null) {
        retry.cancel();
      }
    }
    CompletableFuture<?> unused =
        attempt.get().whenComplete((listening, failure) -> onTried(failure));
  }

  private void onTried(@Nullable Throwable failure) {
    if (failure == null) {
      heard.complete(null);
      return;
    }
    if (cluster.health() == Health.CLOSED) {
      onClosed(); // also when that was told before somebody listened to it
    }
    boolean now;
    synchronized (this) {
      underWay = false;
      now = again;
      if (!now && !heard.isDone()) {
        retry = scheduler.schedule(this::tryNow, RETRY);
      }
    }
    if (now) {
      tryNow();
    }
  }

  private void onClosed() {
    heard.completeExceptionally(CommandException.unavailable("The cluster was closed."));
    synchronized (this) {
      if (retry != null) {
        retry.cancel();
      }
    }
  }

  private final class OnHealth implements ClusterListener {
    @Override
    public void onHealth(Health health) {
      if (health == Health.UP) {
        tryNow();
      } else if (health == Health.CLOSED) {
        onClosed();
      }
    }
  }
}
