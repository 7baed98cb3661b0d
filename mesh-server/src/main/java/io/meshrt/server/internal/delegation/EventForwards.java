// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.internal.work.WorkEntry.Kind;
import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.worker.WorkClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells groups of the connections of this node, from their opening on. A group hears of those that
 * open after it was added, and of each of those to the end. Thread-safe, never blocks.
 */
final class EventForwards implements SessionListener {
  private static final int BROKEN = 1006;

  private final Cluster cluster;
  private final Scheduler scheduler;
  private final WorkMeter meter;

  /** Those that are told, and how often that was asked for. */
  private final Map<WorkGroup, Integer> groups = new ConcurrentHashMap<>();

  private final Map<Session, Life> lives = new ConcurrentHashMap<>();
  private final Map<String, EventQueue> queues = new ConcurrentHashMap<>();

  EventForwards(Cluster cluster, Scheduler scheduler, WorkMeter meter) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.meter = meter;
  }

  void add(WorkGroup group) {
    groups.merge(group, 1, Integer::sum);
  }

  /** Once for each time it was added. */
  void remove(WorkGroup group) {
    groups.computeIfPresent(group, (key, times) -> times > 1 ? times - 1 : null);
  }

  @Override
  public void onOpened(Session session) {
    if (groups.isEmpty()) {
      return;
    }
    Life life = new Life(session, List.copyOf(groups.keySet()));
    lives.put(session, life);
    life.tell(Kind.CONNECTED, 0, "");
    if (session.identity().isPresent()) {
      life.tell(Kind.AUTHENTICATED, 0, "");
    }
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    Life life = lives.get(session);
    if (life != null) {
      life.tell(Kind.AUTHENTICATED, 0, "");
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    Life life = lives.remove(session);
    if (life != null) {
      life.tell(Kind.DISCONNECTED, code, reason);
    }
  }

  /** A connection of another node is over, because the node is. */
  void onGone(String connectionId) {
    WorkClient client = WorkClient.gone(connectionId, NodeMail.nodeOf(connectionId));
    WorkEntry entry = WorkEntry.event(Kind.DISCONNECTED, client, BROKEN, "");
    Outgoing event = entry.outgoing();
    groups.keySet().forEach(group -> queue(group, entry.partition()).add(event));
  }

  /** Completes when everything was published. */
  CompletableFuture<Void> flush() {
    return CompletableFuture.allOf(
        queues.values().stream().map(EventQueue::empty).toArray(CompletableFuture<?>[]::new));
  }

  static WorkClient client(Session session) {
    return new WorkClient(
        session.id(),
        NodeMail.nodeOf(session.id()),
        session.identity(),
        session.initialMetadata(),
        session.remoteAddress(),
        session.path(),
        session.queryString(),
        session.headers());
  }

  private EventQueue queue(WorkGroup group, int partition) {
    return queues.computeIfAbsent(
        group.name() + "#" + partition,
        key -> new EventQueue(cluster.topics(), group.partition(partition), scheduler, meter));
  }

  /** What was told about one connection. The flags belong to the lane. */
  private final class Life {
    private final Session session;
    private final List<WorkGroup> told;
    private final Lane lane = new Lane();
    private boolean authenticated;
    private boolean ended;

    Life(Session session, List<WorkGroup> told) {
      this.session = session;
      this.told = told;
    }

    void tell(Kind kind, int code, String reason) {
      WorkEntry entry = WorkEntry.event(kind, client(session), code, reason);
      lane.run(() -> tell(entry));
    }

    private void tell(WorkEntry entry) {
      Kind kind = entry.kind();
      if (ended || (kind == Kind.AUTHENTICATED && authenticated)) {
        return;
      }
      authenticated |= kind == Kind.AUTHENTICATED;
      ended = kind == Kind.DISCONNECTED;
      Outgoing event = entry.outgoing();
      told.forEach(group -> queue(group, entry.partition()).add(event));
    }
  }
}
