// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.MemberEvent;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.roster.ConnectionGroups;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which connections are over because their node is: those that somebody removed for a node
 * that does not live. Every survivor tells. Started once, closed once. Thread-safe, never blocks.
 */
final class DeadNodes {
  /** Removed connections until it is known whether their nodes live; further ones are not told. */
  static final int MAX_WAITING = 200_000;

  private static final Logger log = LoggerFactory.getLogger(DeadNodes.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Consumer<String> onGone;
  private final Lane lane = new Lane();
  private volatile boolean closed;

  // The rest belongs to the lane.
  private final List<Registration> registrations = new ArrayList<>();
  private Map<String, String> removed = new LinkedHashMap<>();
  private boolean asking;

  DeadNodes(Cluster cluster, Scheduler scheduler, Consumer<String> onGone) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.onGone = onGone;
  }

  void start() {
    ConnectionGroups.all().forEach(this::listen);
  }

  void close() {
    closed = true;
    lane.run(() -> registrations.forEach(Registration::close));
  }

  private void listen(Topic group) {
    if (closed) {
      return;
    }
    CompletableFuture<?> unused =
        cluster
            .topics()
            .listen(group.events(), new Leaves())
            .whenComplete(
                (listening, failure) -> {
                  if (failure == null) {
                    lane.run(() -> onListening(listening));
                  } else {
                    scheduler.schedule(() -> listen(group), PAUSE);
                  }
                });
  }

  private void onListening(Registration listening) {
    registrations.add(listening);
    if (closed) {
      listening.close();
    }
  }

  private void onLeft(MemberEvent event) {
    String owner = event.member().owner().name();
    if (closed || owner.equals(cluster.self().name())) {
      return;
    }
    if (removed.size() >= MAX_WAITING) {
      log.warn("too many connections ended with their nodes: workers are not told of some");
      return;
    }
    removed.put(event.member().id(), owner);
    later();
  }

  private void later() {
    if (!asking) {
      asking = true;
      scheduler.schedule(() -> lane.run(this::ask), PAUSE);
    }
  }

  private void ask() {
    if (closed) {
      return;
    }
    Map<String, String> some = removed;
    removed = new LinkedHashMap<>();
    CompletableFuture<?> unused =
        cluster.liveNodes().whenComplete((nodes, failure) -> lane.run(() -> onNodes(some, nodes)));
  }

  private void onNodes(Map<String, String> some, @Nullable Set<NodeId> nodes) {
    asking = false;
    if (nodes == null) {
      removed.putAll(some);
      later();
      return;
    }
    Set<String> live = nodes.stream().map(NodeId::name).collect(Collectors.toSet());
    some.forEach(
        (connection, node) -> {
          if (!live.contains(node)) {
            onGone.accept(connection);
          }
        });
    if (!removed.isEmpty()) {
      later();
    }
  }

  private final class Leaves implements TopicListener {
    @Override
    public void onPublication(Publication publication) {
      MemberEvent.decode(publication.payload())
          .filter(event -> event.type() == MemberEvent.Type.LEFT)
          .ifPresent(event -> lane.run(() -> onLeft(event)));
    }

    // What was missed here was heard by another survivor, or nobody is left to tell.
    @Override
    public void onGap(Position lastHeard, Position head) {}
  }
}
