// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.execution.Repairs;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that this node is a member for each name under which it has something, whatever the
 * cluster does meanwhile, and tells, once in the whole cluster, that the first node came or the
 * last one went. Thread-safe, never blocks.
 */
public final class Attendance implements ClusterListener {
  private final Subject subject;
  private final Settings settings;
  private final Cluster cluster;
  private final Scheduler scheduler;
  private final HandlerThreads threads;
  private final Repairs repairs;
  private final Announcements announcements;
  private final Map<String, NodeMembership> memberships = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<?>> telling = new ConcurrentHashMap<>();
  private final AtomicBoolean told = new AtomicBoolean();
  private volatile boolean used;
  private volatile boolean closed;

  /** What names stand for. Thread-safe, returns at once. */
  public interface Subject {
    /** What this node has under a name; null without anything. */
    @Nullable Stake stake(String name);

    /** The first node came, or the last one went. On handler threads, may block. */
    void onChange(String name, boolean first);
  }

  /**
   * How it is done.
   *
   * @param debounce how long a node has something before it says so
   * @param linger how long it has nothing before it says so: longer, so that what moves to another
   *     node is seen there first
   * @param sweep how often somebody looks whether nodes have died
   */
  public record Settings(Layout layout, Duration debounce, Duration linger, Duration sweep) {}

  /** Tells nothing before {@link #tell}. */
  public Attendance(
      Subject subject,
      Settings settings,
      Cluster cluster,
      Scheduler scheduler,
      HandlerThreads threads) {
    this.subject = subject;
    this.settings = settings;
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.threads = threads;
    this.repairs = new Repairs(scheduler);
    this.announcements = new Announcements(cluster, settings.layout(), this::tell);
    cluster.addListener(this);
  }

  /** Tells from now on, also of names under which this node has something already. */
  public void tell(Collection<String> present) {
    if (told.compareAndSet(false, true)) {
      sweepLater();
      memberships.values().forEach(NodeMembership::joinAgain); // nobody was told of these
    }
    present.forEach(this::onChange);
  }

  /** What this node has under a name has changed, or may have. */
  public void onChange(String name) {
    if (!closed) {
      boolean wanted = subject.stake(name) != null;
      memberships.compute(name, (key, known) -> changed(key, known, wanted));
    }
  }

  /** Looks again whether the memberships there are should be. */
  public void onChange() {
    List.copyOf(memberships.keySet()).forEach(this::onChange);
  }

  private @Nullable NodeMembership changed(
      String name, @Nullable NodeMembership known, boolean wanted) {
    if (known == null && !wanted) {
      return null;
    }
    NodeMembership membership = known == null ? newMembership(name) : known;
    membership.changeLater();
    return membership;
  }

  @Override
  public void onLeaseLost(NodeId self) {
    memberships.values().forEach(NodeMembership::joinAgain);
  }

  @Override
  public void onDoubt() {
    memberships.values().forEach(NodeMembership::joinAgain);
    if (used || told.get()) {
      settleStrays();
    }
  }

  /** The ends of memberships may have been lost too, or only what was told of them. */
  private void settleStrays() {
    CompletableFuture<?> unused =
        cluster
            .members()
            .forOwn(this::settleStrays)
            .thenCompose(
                done ->
                    told.get()
                        ? announcements.own()
                        : CompletableFuture.completedFuture(List.<String>of()))
            .thenAccept(names -> names.forEach(this::settleIfAbsent))
            .exceptionally(
                failure -> {
                  if (!closed) {
                    scheduler.schedule(this::settleStrays, settings.sweep());
                  }
                  return null;
                });
  }

  private CompletableFuture<?> settleStrays(Collection<Members.Entry> entries) {
    entries.forEach(
        entry -> settings.layout().nameOf(entry).ifPresent(name -> settleIfAbsent(name)));
    return CompletableFuture.completedFuture(null);
  }

  private void settleIfAbsent(String name) {
    memberships.computeIfAbsent(
        name,
        key -> {
          NodeMembership membership = newMembership(name);
          membership.joinAgain();
          return membership;
        });
  }

  /** Tells nothing any more. */
  public void close() {
    closed = true;
  }

  private NodeMembership newMembership(String name) {
    used = true;
    return new NodeMembership(
        name,
        () -> closed ? null : subject.stake(name),
        settings,
        cluster,
        scheduler,
        repairs,
        () -> told.get() ? announcements.check(name) : CompletableFuture.completedFuture(null),
        () -> forgetIdle(name));
  }

  private void forgetIdle(String name) {
    memberships.computeIfPresent(
        name, (key, membership) -> membership.isIdle() ? null : membership);
  }

  private void sweepLater() {
    scheduler.schedule(
        () -> {
          if (!closed) {
            announcements.sweep();
            sweepLater();
          }
        },
        settings.sweep());
  }

  /** One after the other for each name. */
  private void tell(String name, boolean first) {
    CompletableFuture<?> last =
        telling.compute(name, (key, before) -> behind(before, () -> subject.onChange(name, first)));
    CompletableFuture<?> unused = last.whenComplete((done, failure) -> telling.remove(name, last));
  }

  private CompletableFuture<?> behind(@Nullable CompletableFuture<?> before, Runnable call) {
    return before == null
        ? CompletableFuture.runAsync(call, threads::execute)
        : before.thenRunAsync(call, threads::execute);
  }
}
