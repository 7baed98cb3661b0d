// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An attempt to hear something that is made until it succeeds: at once when the cluster can be
 * asked again, and every second. What fails although the cluster can be asked is warned of once.
 * Thread-safe. Attempts are made one after the other, on threads of the cluster and of the timers.
 */
public final class FirstListen {
  private static final Logger log = LoggerFactory.getLogger(FirstListen.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final String what;
  private final Supplier<? extends CompletableFuture<?>> attempt;
  private final CompletableFuture<@Nullable Void> heard = new CompletableFuture<>();

  // Guarded by this.
  private boolean underWay;
  private boolean again;
  private boolean warned;
  private Scheduler.@Nullable Timer retry;

  private FirstListen(
      Cluster cluster,
      Scheduler scheduler,
      String what,
      Supplier<? extends CompletableFuture<?>> attempt) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.what = what;
    this.attempt = attempt;
  }

  /**
   * Makes the first attempt. The future completes when one succeeds, and fails with {@code
   * EUNAVAILABLE} when the cluster is closed before.
   *
   * @param what is listened to, for people who read the log
   * @param attempt never blocks and never throws
   */
  public static CompletableFuture<@Nullable Void> until(
      Cluster cluster,
      Scheduler scheduler,
      String what,
      Supplier<? extends CompletableFuture<?>> attempt) {
    FirstListen listen = new FirstListen(cluster, scheduler, what, attempt);
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

  private void warn(Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable said = failure instanceof CompletionException && cause != null ? cause : failure;
    log.warn(
        "cannot listen to {} although the cluster is up; it is tried again every {} s: {}",
        what,
        RETRY.toSeconds(),
        said.toString());
  }

  private void onTried(@Nullable Throwable failure) {
    if (failure == null) {
      heard.complete(null);
      return;
    }
    if (cluster.health() == Health.CLOSED) {
      onClosed(); // also when that was told before somebody listened to it
    }
    boolean up = cluster.health() == Health.UP;
    boolean now;
    boolean warn;
    synchronized (this) {
      underWay = false;
      now = again; // then it was begun before the cluster came up
      warn = up && !now && !warned;
      warned |= warn;
      if (!now && !heard.isDone()) {
        retry = scheduler.schedule(this::tryNow, RETRY);
      }
    }
    if (warn) {
      warn(failure);
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
