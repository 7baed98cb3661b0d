// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the first connection, on a thread of its own because Redisson blocks there. Once it stands
 * Redisson keeps it up.
 */
final class Connector {
  private static final Logger log = LoggerFactory.getLogger(Connector.class);
  private static final Duration LOOKING = Duration.ofSeconds(10);

  private final RedisSettings settings;
  private final RedisLink link;
  private final HearingLinks links;
  private final Probes probes;
  private final Scheduler scheduler;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread created = new Thread(task, "mesh-redis-connector");
            created.setDaemon(true);
            return created;
          });

  // Owned by the thread.
  private @Nullable RedissonClient client;

  private volatile boolean closed;

  Connector(
      RedisSettings settings,
      RedisLink link,
      HearingLinks links,
      Probes probes,
      Scheduler scheduler) {
    this.settings = settings;
    this.link = link;
    this.links = links;
    this.probes = probes;
    this.scheduler = scheduler;
  }

  /** Completes when the link is open; waits or fails as the settings say. */
  CompletableFuture<Void> connect() {
    return CompletableFuture.runAsync(this::attempt, thread)
        .exceptionallyCompose(
            failure -> {
              String reason = reason(RedisLink.unwrap(failure));
              String message = "no Redis at " + settings.address() + ": " + reason;
              if (closed || settings.startup() == RedisSettings.Startup.FAIL) {
                return CompletableFuture.failedFuture(new IllegalStateException(message));
              }
              log.warn("{}; trying again", message);
              return pause().thenCompose(done -> connect());
            });
  }

  private void attempt() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    Config config = settings.newConfig();
    config.setNettyHook(links.after(config.getNettyHook()));
    RedissonClient connected = Redisson.create(config);
    client = connected;
    link.open(connected);
    look(config.isClusterConfig());
  }

  /** Which exception, without its text: that may repeat what nobody should read. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return root.getClass().getSimpleName();
  }

  /** Finds the masters, now and again. */
  private void look(boolean cluster) {
    RedissonClient connected = client;
    if (closed || connected == null) {
      return;
    }
    try {
      probes.setTags(Masters.tags(connected, cluster));
    } catch (RuntimeException e) {
      log.debug("masters unknown", e);
    }
    if (cluster) {
      scheduler.schedule(() -> thread.execute(() -> look(true)), LOOKING);
    }
  }

  /** The pause between two attempts. */
  CompletableFuture<Void> pause() {
    CompletableFuture<Void> passed = new CompletableFuture<>();
    scheduler.schedule(() -> passed.complete(null), settings.retryDelay());
    return passed;
  }

  CompletableFuture<Void> close() {
    closed = true;
    link.close();
    CompletableFuture<Void> shut =
        CompletableFuture.runAsync(
            () -> {
              RedissonClient connected = client;
              if (connected != null) {
                connected.shutdown();
              }
            },
            thread);
    thread.shutdown();
    return shut.exceptionally(failure -> null);
  }
}
