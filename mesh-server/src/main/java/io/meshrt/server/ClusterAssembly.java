// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.PublisherDelivery;
import io.meshrt.server.internal.cluster.redis.RedisCluster;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import io.meshrt.server.internal.metrics.ClusterMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster of one node: which one there is, how it starts, and how it ends. */
final class ClusterAssembly {
  private static final Logger log = LoggerFactory.getLogger(ClusterAssembly.class);

  /** As long as a request to the cluster may take, and some. */
  private static final Duration HEARING = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final boolean waits;

  /** Delivers what is published in memory; null when Redis does. */
  private final @Nullable PublisherDelivery delivery;

  ClusterAssembly(
      MeshServerBuilder options, String nodeName, Scheduler scheduler, ClusterMetrics metrics) {
    RedisOptions redis = options.redis;
    if (redis == null) {
      delivery = new PublisherDelivery();
      cluster =
          new InMemoryCluster(
              options.network.world(), nodeName, options.cluster.toLease(), scheduler, delivery);
      waits = true;
    } else {
      delivery = null;
      cluster =
          new RedisCluster(
              redis.settings(),
              nodeName,
              options.cluster.toLease(),
              scheduler,
              new SecureRandom().nextLong());
      waits = redis.settings().startup() != RedisSettings.Startup.BACKGROUND;
    }
    cluster.addListener(
        new ClusterListener() {
          @Override
          public void onLeaseLost(NodeId self) {
            metrics.leaseLost();
          }

          @Override
          public void onHealth(Health health) {
            metrics.up(health == Health.UP);
          }
        });
  }

  Cluster cluster() {
    return cluster;
  }

  /**
   * Joins, as the options say: blocks until it has, or not.
   *
   * @throws IllegalStateException when it failed and is not tried again
   */
  void start() {
    CompletableFuture<Void> joined = cluster.start();
    if (!waits) {
      CompletableFuture<?> unused =
          joined.whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  log.error("this node did not join its cluster", failure);
                }
              });
      return;
    }
    try {
      joined.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(cause.getMessage(), cause);
    }
  }

  /** Blocks until something is heard, or for a moment, unless the options say not to wait. */
  void await(CompletableFuture<?> heard) {
    if (!waits) {
      return;
    }
    try {
      heard.get(HEARING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("this node does not hear others yet; it is not ready before it does");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Leaves, as far as that is possible in the time given. */
  void close(Duration timeout) {
    try {
      cluster.close().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      log.warn("this node did not leave its cluster within {}", timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (delivery != null) {
      delivery.close();
    }
  }
}
