// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.outpost;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.schedule.TimerWheel;
import io.meshrt.server.internal.schedule.Turning;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest of a cluster and what it works with: timers, threads, JSON and metrics. Built, started
 * once, closed once; threads exist only in between. Thread-safe.
 */
public final class Outpost {
  private static final Logger log = LoggerFactory.getLogger(Outpost.class);

  /** What a part gets to end even when the time is up. */
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);

  private enum Phase {
    BUILT,
    STARTED,
    CLOSED
  }

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUILT);
  private final Ground ground;
  private final TimerWheel timers;
  private final HandlerThreads threads;
  private final JsonValues json;
  private final ServerMetrics metrics;
  private final String name;
  private final Ground.Guest guest;

  private volatile @Nullable Turning turning;

  /** Has not started. */
  public Outpost(Ground ground, JsonValues json, ServerMetrics metrics) {
    this.ground = ground;
    this.json = json;
    this.metrics = metrics;
    this.timers = ground.timers();
    this.threads = HandlerThreads.start();
    this.name = "g" + HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    this.guest = ground.guest(name, timers);
    guest
        .cluster()
        .addListener(
            new ClusterListener() {
              @Override
              public void onHealth(Health health) {
                metrics.cluster().up(health == Health.UP);
              }
            });
  }

  /**
   * Joins, and blocks until it has, unless the options say that nobody waits.
   *
   * @throws CommandException {@code EUNAVAILABLE} when it has not in the time given; it is closed
   *     then
   * @throws IllegalStateException when it was started or closed before
   */
  public void start(Duration timeout) {
    if (!phase.compareAndSet(Phase.BUILT, Phase.STARTED)) {
      throw new IllegalStateException("started or closed before");
    }
    turning = ground.turning(timers);
    CompletableFuture<Void> joined = guest.cluster().start();
    if (!guest.waits()) {
      CompletableFuture<?> unused =
          joined.whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  log.error("the cluster cannot be used", failure);
                }
              });
      return;
    }
    try {
      joined.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      close(Duration.ZERO);
      throw CommandException.unavailable("the cluster cannot be reached within " + timeout);
    } catch (ExecutionException e) {
      close(Duration.ZERO);
      throw CommandException.unavailable(String.valueOf(cause(e).getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close(Duration.ZERO);
      throw CommandException.unavailable("interrupted");
    }
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    if (cause == null) {
      return failure;
    }
    return cause instanceof CompletionException ? cause(cause) : cause;
  }

  /** Its name in the cluster, which no node and no other guest has. */
  public String name() {
    return name;
  }

  /** The guest. */
  public Cluster cluster() {
    return guest.cluster();
  }

  /** Where application code runs, and futures for applications complete. */
  public HandlerThreads threads() {
    return threads;
  }

  /** Its timers. */
  public Scheduler scheduler() {
    return timers;
  }

  /** Reads and writes values of the application. */
  public JsonValues json() {
    return json;
  }

  /** Where it counts. */
  public ServerMetrics metrics() {
    return metrics;
  }

  /** Whether it has started and is not closed. */
  public boolean isOpen() {
    return phase.get() == Phase.STARTED;
  }

  /**
   * Leaves, and blocks until its threads have ended, or the time is up. Does nothing the second
   * time. What stands on it is closed before.
   */
  public void close(Duration timeout) {
    if (phase.getAndSet(Phase.CLOSED) == Phase.CLOSED) {
      return;
    }
    long begunNanos = timers.nanoTime();
    leave(atLeast(timeout));
    guest.close();
    threads.shutdown(atLeast(timeout.minusNanos(timers.nanoTime() - begunNanos)));
    Turning turned = turning;
    if (turned != null) {
      turned.close();
    }
  }

  private void leave(Duration timeout) {
    try {
      guest.cluster().close().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("the connections to the cluster did not end within {}", timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration atLeast(Duration left) {
    return left.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : left;
  }
}
