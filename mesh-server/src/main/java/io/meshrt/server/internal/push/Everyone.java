// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.FirstListen;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.metrics.ClusterMetrics;
import io.meshrt.server.internal.metrics.ClusterMetrics.Address;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.internal.transport.IoLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hears what is for all connections and hands it to those that are open now. */
final class Everyone {
  static final Topic TOPIC = new Topic("everyone", "");

  private final Cluster cluster;
  private final Sessions sessions;
  private final Scheduler scheduler;
  private final ClusterMetrics metrics;
  private volatile boolean identified;

  Everyone(Cluster cluster, Sessions sessions) {
    this.cluster = cluster;
    this.sessions = sessions;
    this.scheduler = sessions.services().scheduler();
    this.metrics = sessions.services().metrics().cluster();
  }

  /** Leaves out connections without an identity from now on. */
  void onlyIdentified() {
    identified = true;
  }

  /** Listens until the cluster is closed; completes when it does, as {@link FirstListen}. */
  CompletableFuture<@Nullable Void> listen() {
    return FirstListen.until(cluster, scheduler, "what is for everyone", this::tryToListen);
  }

  private CompletableFuture<?> tryToListen() {
    return cluster
        .topics()
        .listen(
            TOPIC,
            new Delivery(TOPIC, this::forEach, () -> {}, () -> metrics.gap(Address.EVERYONE)));
  }

  private void forEach(Consumer<? super Session> action) {
    Map<IoLoop, List<Session>> byThread = new HashMap<>();
    for (Session session : sessions.all()) {
      if (!identified || session.identity().isPresent()) {
        byThread.computeIfAbsent(session.loop(), loop -> new ArrayList<>()).add(session);
      }
    }
    byThread.forEach((loop, all) -> loop.execute(() -> all.forEach(action)));
  }
}
