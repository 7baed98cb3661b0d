// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A key of some sessions of this node: hears when what is remembered changes, and brings all of
 * them in step, by one synchronisation at a time. Thread-safe, never blocks.
 */
final class Holder implements TopicListener {
  private final Key key;
  private final MembershipFeature.Tools tools;
  private final List<Visitor> visitors = new CopyOnWriteArrayList<>();
  private volatile List<Visitor> inPass = List.of();

  // Guarded by this.
  private @Nullable CompletableFuture<Registration> listening;
  private @Nullable CompletableFuture<@Nullable Void> running;
  private @Nullable CompletableFuture<@Nullable Void> next;
  private Scheduler.@Nullable Timer retry;
  private Scheduler.@Nullable Timer renewal;
  private boolean closed;

  Holder(Key key, MembershipFeature.Tools tools) {
    this.key = key;
    this.tools = tools;
    scheduleRenewal();
  }

  void add(Visitor visitor) {
    visitors.add(visitor);
  }

  /** Whether that was the last one. */
  boolean remove(Visitor visitor) {
    visitors.remove(visitor);
    return visitors.isEmpty();
  }

  /** Completes when every change from then on is heard. */
  CompletableFuture<?> listen() {
    CompletableFuture<Registration> asked;
    synchronized (this) {
      CompletableFuture<Registration> before = listening;
      if (before != null && !before.isCompletedExceptionally()) {
        return before;
      }
      asked = tools.topics().listen(key.topic(), this);
      listening = asked;
    }
    CompletableFuture<?> unused =
        asked.thenAccept(
            registration -> {
              if (isClosed()) {
                registration.close();
              }
            });
    return asked;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /**
   * Completes when all are in step with what was there when this was called, or later, as far as
   * they can be: the rest is tried again. Fails when what is there could not be read.
   */
  CompletableFuture<@Nullable Void> synchronise() {
    CompletableFuture<@Nullable Void> mine = new CompletableFuture<>();
    synchronized (this) {
      if (running != null) {
        CompletableFuture<@Nullable Void> waiting = next == null ? mine : next;
        next = waiting;
        return waiting;
      }
      running = mine;
    }
    run(mine);
    return mine;
  }

  private void run(CompletableFuture<@Nullable Void> done) {
    CompletableFuture<?> unused =
        listen()
            .thenCompose(
                heard -> {
                  List<Visitor> some = List.copyOf(visitors);
                  inPass = some;
                  some.forEach(Visitor::beforeRead);
                  return tools.kept().read(key);
                })
            .thenCompose(
                found -> {
                  Kept kept = found.orElse(Kept.NOTHING);
                  CompletableFuture<?> renewed = tools.kept().renew(key, kept);
                  return CompletableFuture.allOf(apply(kept), renewed)
                      .handle((all, failure) -> failure == null);
                })
            .whenComplete((inStep, failure) -> onEnded(done, Boolean.TRUE.equals(inStep), failure));
  }

  /** Only those who were here before the read: for others it may be too old. */
  private CompletableFuture<?> apply(Kept kept) {
    Map<String, Kept.By> rooms = kept.rooms();
    return CompletableFuture.allOf(
        inPass.stream().map(one -> one.apply(rooms)).toArray(CompletableFuture<?>[]::new));
  }

  private void onEnded(
      CompletableFuture<@Nullable Void> done, boolean inStep, @Nullable Throwable failure) {
    inPass.forEach(Visitor::afterPass);
    inPass = List.of();
    CompletableFuture<@Nullable Void> following;
    synchronized (this) {
      following = next;
      next = null;
      running = following;
      if (!inStep && !closed && retry == null) {
        retry = tools.scheduler().schedule(this::tryAgain, MembershipFeature.retryDelay());
      }
    }
    if (!inStep) {
      tools.metrics().notRestored();
    }
    if (failure == null) {
      done.complete(null);
    } else {
      done.completeExceptionally(failure);
    }
    if (following != null) {
      run(following);
    }
  }

  private void tryAgain() {
    synchronized (this) {
      retry = null;
      if (closed) {
        return;
      }
    }
    CompletableFuture<?> unused = synchronise();
  }

  private void scheduleRenewal() {
    tools
        .kept()
        .interval()
        .ifPresent(
            interval -> {
              synchronized (this) {
                renewal = closed ? null : tools.scheduler().schedule(this::renew, interval);
              }
            });
  }

  private void renew() {
    CompletableFuture<?> unused = synchronise();
    scheduleRenewal();
  }

  @Override
  public void onPublication(Publication publication) {
    CompletableFuture<?> unused = synchronise();
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    CompletableFuture<?> unused = synchronise();
  }

  /** Nobody has the key any more. */
  void close() {
    CompletableFuture<Registration> heard;
    synchronized (this) {
      closed = true;
      heard = listening;
      if (retry != null) {
        retry.cancel();
      }
      if (renewal != null) {
        renewal.cancel();
      }
    }
    if (heard != null) {
      CompletableFuture<?> unused = heard.thenAccept(Registration::close);
    }
  }
}
