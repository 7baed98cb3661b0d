// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.hub.Fanout;
import io.meshrt.server.internal.metrics.CollectionMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * It goes by rounds, one at a time: what has changed until a round begins is found out by it; what
 * changes meanwhile, by the next one. A round that reads was begun behind every notice it stands
 * for, and the first one when the node was listening, so nothing is missing.
 */
/**
 * A collection as one node follows it. Built, started once, closed once. Thread-safe, never blocks.
 */
final class View implements Changes.Watcher {
  private static final Logger log = LoggerFactory.getLogger(View.class);
  static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final Membership membership;
  private final Tools tools;
  private final Fanout<CollectionSubscriber> subscribers = new Fanout<>();
  private final CompletableFuture<@Nullable Void> started = new CompletableFuture<>();
  private final CompletableFuture<@Nullable Void> ready = new CompletableFuture<>();
  private final CompletableFuture<String> failed = new CompletableFuture<>();
  private final Lane lane = new Lane();
  private final Expiries expiries;
  private volatile @Nullable CollectionState state;

  // The rest belongs to the lane.
  private Map<String, Member> known = Map.of();
  private Set<String> changed = new HashSet<>();
  private boolean all = true;
  private boolean working;
  private boolean closed;
  private Duration retry = RETRY;
  private @Nullable Registration watching;
  private @Nullable CompletableFuture<Registration> watchingBeside;

  /**
   * What views are kept with.
   *
   * @param executor application code and large values run there
   * @param term of the node
   */
  record Tools(
      RecordSource source,
      Changes changes,
      Scheduler scheduler,
      Executor executor,
      LongSupplier term,
      CollectionMeter meter) {}

  /** Nothing is known yet. */
  View(Membership membership, Tools tools) {
    this.membership = membership;
    this.tools = tools;
    this.expiries = new Expiries(tools.source()::timeToLive, tools.scheduler(), this::onChanged);
  }

  /**
   * Begins to follow; fails when that is not possible, and the view is of no use then. Whoever
   * waits for a state hears that later, and finds another view when it asks again.
   */
  CompletableFuture<@Nullable Void> start() {
    CompletableFuture<?> unused =
        tools
            .changes()
            .watch(membership.prefix(), this)
            .whenComplete((done, failure) -> lane.run(() -> onWatching(done, failure)));
    return started;
  }

  private void onWatching(@Nullable Registration registration, @Nullable Throwable failure) {
    watching = registration;
    if (registration == null) {
      failToStart(failure == null ? new IllegalStateException("no registration") : failure);
    } else if (closed) {
      registration.close();
    } else {
      begin();
    }
  }

  /** Adds a subscriber; tells the state behind which it is told everything. */
  CompletableFuture<CollectionState> add(CollectionSubscriber subscriber) {
    return ready.thenCompose(done -> subscribers.add(subscriber)).thenApply(done -> state());
  }

  CollectionState state() {
    CollectionState current = state;
    if (current == null) {
      throw new IllegalStateException("no state");
    }
    return current;
  }

  /** Completes with a code when it cannot be followed any more. */
  CompletableFuture<String> failed() {
    return failed;
  }

  Fanout<CollectionSubscriber> subscribers() {
    return subscribers;
  }

  /** Follows no more. */
  void close() {
    lane.run(
        () -> {
          closed = true;
          expiries.close();
          if (watching != null) {
            watching.close();
          }
          if (watchingBeside != null) {
            CompletableFuture<?> unused = watchingBeside.thenAccept(Registration::close);
          }
        });
  }

  @Override
  public void onChanged(Set<String> ids) {
    lane.run(
        () -> {
          changed.addAll(ids);
          if (changed.size() > Changes.MAX_IDS) {
            all = true;
            changed.clear();
          }
          begin();
        });
  }

  @Override
  public void onGap() {
    tools.meter().reload();
    lane.run(this::reload);
  }

  private void reload() {
    all = true;
    begin();
  }

  /** A round, unless there is one or nothing to find out. */
  private void begin() {
    if (closed || working || watching == null) {
      return;
    }
    Set<String> beside = membership.beside();
    changed.removeIf(id -> !isWatched(id) && !beside.contains(id));
    if (!all && changed.isEmpty()) {
      return;
    }
    working = true;
    Set<String> asked = changed;
    boolean everything = all;
    changed = new HashSet<>();
    all = false;
    long term = tools.term().getAsLong();
    CompletableFuture<?> unused =
        next(asked, everything)
            .thenApplyAsync(members -> round(members, asked, term), tools.executor())
            .whenComplete((round, failure) -> lane.run(() -> onRound(round, failure)));
  }

  private boolean isWatched(String id) {
    return id.startsWith(membership.prefix());
  }

  /** Watches those beside the prefix too, if there are any, and reads what they missed. */
  private void watchBeside() {
    if (watchingBeside != null || membership.beside().isEmpty()) {
      return;
    }
    watchingBeside = tools.changes().watch("", new Beside());
    CompletableFuture<?> unused =
        watchingBeside.thenRun(() -> onChanged(membership.beside())); // the node listens already
  }

  private final class Beside implements Changes.Watcher {
    @Override
    public void onChanged(Set<String> ids) {
      View.this.onChanged(ids.stream().filter(id -> !isWatched(id)).collect(Collectors.toSet()));
    }

    @Override
    public void onGap() {
      View.this.onChanged(membership.beside());
    }
  }

  private CompletableFuture<Map<String, Member>> next(Set<String> asked, boolean everything) {
    try {
      return membership.next(known, asked, everything);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private record Round(
      Map<String, Member> members, Set<String> asked, CollectionState state, long term) {}

  private Round round(Map<String, Member> members, Set<String> asked, long term) {
    List<Member> shown = membership.shown(members.values());
    CollectionState before = state;
    CollectionState after =
        before == null ? CollectionState.first(shown, term) : before.next(shown, term);
    return new Round(members, asked, after, term);
  }

  private void onRound(@Nullable Round round, @Nullable Throwable failure) {
    working = false;
    if (closed) {
      return;
    }
    if (round == null) {
      onFailure(failure == null ? new IllegalStateException("no outcome") : failure);
    } else if (tools.term().getAsLong() != round.term() || LeaseTerm.isLapsed(round.term())) {
      // What the application said then may be what it was told before something was revoked.
      all = true;
      again(CommandException.unavailable("The cluster could not be reached."));
    } else {
      retry = RETRY;
      expiries.look(known, round.members(), round.asked());
      known = round.members();
      publish(round.state());
      watchBeside();
      begin();
    }
  }

  private void publish(CollectionState next) {
    boolean first = state == null;
    boolean news = state != next;
    state = next;
    if (first) {
      started.complete(null);
      ready.complete(null);
    } else if (news) {
      subscribers.forEach(subscriber -> subscriber.on(next));
    }
  }

  private void onFailure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    all = true;
    if (cause instanceof CommandException known
        && (known.is(ErrorCode.LIMIT) || known.is(ErrorCode.ACCESS_DENIED))
        && state != null) {
      failed.complete(known.code());
    } else {
      again(cause);
    }
  }

  /** Whoever waits for the first state fails; else it is tried again later. */
  private void again(Throwable cause) {
    if (state == null) {
      failToStart(cause);
      return;
    }
    if (retry.equals(RETRY)) {
      if (cause instanceof CommandException) {
        log.debug("a collection cannot be told at the moment: {}", cause.getMessage());
      } else {
        log.error("a collection cannot be told; it is tried again", cause);
      }
    }
    // Until then nothing else begins.
    working = true;
    tools
        .scheduler()
        .schedule(
            () ->
                lane.run(
                    () -> {
                      working = false;
                      begin();
                    }),
            retry);
    boolean passes = cause instanceof CommandException;
    retry = passes ? RETRY : min(retry.multipliedBy(2), LONGEST_RETRY);
  }

  private void failToStart(Throwable cause) {
    started.completeExceptionally(cause);
    ready.completeExceptionally(cause);
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
