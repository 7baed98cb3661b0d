// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.ClusterListener;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.BoundedText;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of the first and the last subscriber of channels on all nodes. Costs nothing
 * while there are no listeners. Thread-safe, never blocks.
 *
 * <p>Each node is a member of the group of a channel while it has subscribers there; see {@link
 * Announcements} for who tells.
 */
final class SubscriberHooks implements ClusterListener {
  /** How long a node has subscribers before it says so. */
  static final Duration DEBOUNCE = Duration.ofMillis(200);

  /**
   * How long a node has none before it says so: longer, so that who moves to another node is seen
   * there first.
   */
  static final Duration LINGER = Duration.ofMillis(600);

  static final Duration SWEEP = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(SubscriberHooks.class);

  private final Predicate<String> hasSubscribers;
  private final Cluster cluster;
  private final Scheduler scheduler;
  private final HandlerThreads threads;
  private final Announcements announcements;
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final Map<String, NodeMembership> memberships = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<?>> telling = new ConcurrentHashMap<>();
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * Nobody listens.
   *
   * @param hasSubscribers whether sessions of this node are subscribed to a channel
   */
  SubscriberHooks(
      Predicate<String> hasSubscribers,
      Cluster cluster,
      Scheduler scheduler,
      HandlerThreads threads) {
    this.hasSubscribers = hasSubscribers;
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.threads = threads;
    this.announcements = new Announcements(cluster, this::tell);
    cluster.addListener(this);
  }

  /**
   * Adds a listener.
   *
   * @param first whether it is told of the first subscribers, or of the last
   * @param channels those of this node that have subscribers already
   */
  Runnable add(
      Pattern pattern, boolean first, Consumer<? super String> listener, List<String> channels) {
    Hook hook = new Hook(pattern, first, listener);
    hooks.add(hook);
    if (sweeping.compareAndSet(false, true)) {
      sweepLater();
    }
    channels.forEach(this::onChange);
    return () -> remove(hook);
  }

  private void remove(Hook hook) {
    hooks.remove(hook);
    List.copyOf(memberships.keySet()).forEach(this::onChange);
  }

  /** Sessions of this node came to a channel, or left it. */
  void onChange(String channel) {
    if (!closed) {
      boolean wanted = hasHook(channel);
      memberships.compute(channel, (key, known) -> changed(key, known, wanted));
    }
  }

  private @Nullable NodeMembership changed(
      String channel, @Nullable NodeMembership known, boolean wanted) {
    if (known == null && !wanted) {
      return null;
    }
    NodeMembership membership = known == null ? newMembership(channel) : known;
    membership.changeLater();
    return membership;
  }

  private boolean hasHook(String channel) {
    return hooks.stream().anyMatch(hook -> hook.matches(channel));
  }

  @Override
  public void onLeaseLost(NodeId self) {
    memberships.values().forEach(NodeMembership::joinAgain);
  }

  @Override
  public void onDoubt() {
    memberships.values().forEach(NodeMembership::joinAgain);
    if (sweeping.get()) {
      settleStrays();
    }
  }

  /** The ends of memberships may have been lost too, or only what was told of them. */
  private void settleStrays() {
    CompletableFuture<?> unused =
        cluster
            .members()
            .forOwn(this::settleStrays)
            .thenCompose(done -> announcements.own())
            .thenAccept(channels -> channels.forEach(this::settleIfAbsent))
            .exceptionally(
                failure -> {
                  if (!closed) {
                    scheduler.schedule(this::settleStrays, SWEEP);
                  }
                  return null;
                });
  }

  private CompletableFuture<?> settleStrays(Collection<Members.Entry> entries) {
    for (Members.Entry entry : entries) {
      if (Announcements.isGroup(entry.group())) {
        settleIfAbsent(entry.group().name());
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private void settleIfAbsent(String channel) {
    memberships.computeIfAbsent(
        channel,
        key -> {
          NodeMembership membership = newMembership(channel);
          membership.joinAgain();
          return membership;
        });
  }

  /** Tells nothing any more. */
  void close() {
    closed = true;
  }

  private NodeMembership newMembership(String channel) {
    return new NodeMembership(
        channel,
        () -> !closed && hasSubscribers.test(channel) && hasHook(channel),
        cluster.members(),
        cluster.self().name(),
        scheduler,
        announcements,
        () -> forgetIdle(channel));
  }

  private void forgetIdle(String channel) {
    memberships.computeIfPresent(
        channel, (key, membership) -> membership.isIdle() ? null : membership);
  }

  private void sweepLater() {
    scheduler.schedule(
        () -> {
          if (!closed) {
            announcements.sweep();
            sweepLater();
          }
        },
        SWEEP);
  }

  /** One after the other for each channel. */
  private void tell(String channel, boolean first) {
    CompletableFuture<?> last =
        telling.compute(channel, (key, before) -> behind(before, () -> call(channel, first)));
    CompletableFuture<?> unused =
        last.whenComplete((done, failure) -> telling.remove(channel, last));
  }

  private CompletableFuture<?> behind(@Nullable CompletableFuture<?> before, Runnable call) {
    return before == null
        ? CompletableFuture.runAsync(call, threads::execute)
        : before.thenRunAsync(call, threads::execute);
  }

  private void call(String channel, boolean first) {
    for (Hook hook : hooks) {
      if (hook.first == first && hook.matches(channel)) {
        try {
          hook.listener.accept(channel);
        } catch (Throwable e) {
          log.error("a listener for the subscribers of channels failed", e);
        }
      }
    }
  }

  private record Hook(Pattern pattern, boolean first, Consumer<? super String> listener) {
    boolean matches(String channel) {
      return BoundedText.match(pattern, channel) == BoundedText.Match.YES;
    }
  }
}
