// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.execution.Repairs;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One session on the roster, and what the cluster still has to be told about it. Its registration
 * as a connection is a membership like others, the first to come and the last to go.
 *
 * <p>Thread-safe. All that asks the cluster happens in {@code turns}, one after the other.
 */
final class Seat {
  /** In which whoever asks for something has an answer, however long it has to wait. */
  static final Duration DEADLINE = Duration.ofMillis(2_600);

  private final Table table;
  private final Session session;
  private final Turns turns = new Turns();
  private final Standing standing = new Standing();

  /**
   * What all seats share.
   *
   * @param kinds the kind of a group
   * @param onGone told of a seat when nothing of its closed session can be left; may be told again
   */
  record Table(
      Cluster cluster,
      Scheduler scheduler,
      Function<Topic, GroupKind> kinds,
      Repairs repairs,
      Consumer<Seat> onGone) {}

  Seat(Table table, Session session, byte @Nullable [] metadata) {
    this.table = table;
    this.session = session;
    standing.enter(ConnectionGroups.of(session.id()), metadata);
  }

  Session session() {
    return session;
  }

  Set<Topic> groups(String kind) {
    return standing.groups(kind);
  }

  byte @Nullable [] value(Topic group) {
    return standing.value(group);
  }

  CompletableFuture<Boolean> join(Topic group) {
    return inTurn(() -> doJoin(group));
  }

  private CompletableFuture<Boolean> doJoin(Topic group) {
    GroupKind kind = kindOf(group);
    if (standing.isClosed()) {
      return CompletableFuture.failedFuture(
          CommandException.notFound("There is no such connection."));
    }
    if (standing.has(group)) {
      return CompletableFuture.completedFuture(false);
    }
    if (standing.groups(kind.name()).size() >= kind.maxPerSession(session)) {
      kind.onTooMany(session);
      return CompletableFuture.failedFuture(
          new CommandException(
              ErrorCode.LIMIT,
              "A connection may be in at most " + kind.maxPerSession() + " of these."));
    }
    return whenUp(() -> kind.beforeJoin(session, group).thenCompose(done -> enter(kind, group)));
  }

  private CompletableFuture<Boolean> enter(GroupKind kind, Topic group) {
    standing.enter(group, null);
    return compose(
        confirm(group),
        () -> {
          kind.onJoined(session, group);
          return CompletableFuture.completedFuture(true);
        },
        () -> {
          standing.drop(group);
          kind.afterLeave(session, group);
        });
  }

  CompletableFuture<Boolean> leave(Topic group) {
    return inTurn(() -> doLeave(group));
  }

  private CompletableFuture<Boolean> doLeave(Topic group) {
    if (!standing.has(group)) {
      return CompletableFuture.completedFuture(false);
    }
    return whenUp(
        () -> {
          standing.drop(group);
          kindOf(group).afterLeave(session, group);
          return compose(takeOut(group), () -> CompletableFuture.completedFuture(true), () -> {});
        });
  }

  CompletableFuture<Boolean> change(
      Topic group, UnaryOperator<byte @Nullable []> change, boolean silent) {
    return inTurn(() -> doChange(group, change, silent));
  }

  private CompletableFuture<Boolean> doChange(
      Topic group, UnaryOperator<byte @Nullable []> change, boolean silent) {
    if (!standing.has(group)) {
      return CompletableFuture.completedFuture(false);
    }
    byte[] before = standing.value(group);
    byte[] next = change.apply(before);
    return whenUp(
        () ->
            compose(
                confirm(group).thenCompose(there -> setValue(group, next, silent)),
                () -> CompletableFuture.completedFuture(true),
                () -> standing.doubt(group, before)));
  }

  private CompletableFuture<?> setValue(Topic group, byte @Nullable [] value, boolean silent) {
    return members()
        .setValue(group, session.id(), Version.ANY, value, silent)
        .thenCompose(
            change -> {
              standing.setValue(group, value);
              if (change.changed()) {
                return CompletableFuture.completedFuture(null);
              }
              standing.doubt(group, value); // the cluster has lost the member
              return confirm(group);
            });
  }

  /** Makes the cluster have a membership, if it is not known to. */
  private CompletableFuture<?> confirm(Topic group) {
    Standing.Attempt attempt = standing.attempt(group);
    if (attempt == null) {
      return CompletableFuture.completedFuture(null);
    }
    Members members = members();
    byte[] value = attempt.value();
    CompletableFuture<?> joined = members.join(group, session.id(), value);
    if (value == null && attempt.repeated()) {
      joined =
          joined.thenCompose(
              done -> members.setValue(group, session.id(), Version.ANY, null, false));
    }
    return joined.thenRun(() -> standing.confirm(group, attempt));
  }

  private CompletableFuture<?> takeOut(Topic group) {
    int life = standing.life();
    return members().leave(group, session.id()).thenRun(() -> standing.left(group, life));
  }

  /** Takes the session out of everything. */
  void close() {
    standing.close();
    CompletableFuture<?> unused =
        turns.runAlways(
            () -> {
              for (Topic group : standing.dropAll()) {
                kindOf(group).afterLeave(session, group);
              }
              repair();
              return CompletableFuture.completedFuture(null);
            });
  }

  /** The node has a new life; what was known of the old one is void. */
  void onLeaseLost() {
    standing.onLeaseLost();
    repair();
  }

  /** The cluster may have lost what was said last. */
  void onDoubt() {
    standing.onDoubt();
    repair();
  }

  /** The cluster may have the session in a group. */
  CompletableFuture<?> onFound(Topic group) {
    return turns.runAlways(
        () -> standing.has(group) ? CompletableFuture.completedFuture(null) : takeOut(group));
  }

  void repairIfNeeded() {
    if (standing.needsRepair()) {
      repair();
    }
  }

  /** Brings the cluster in step, again and again until it is; waits while it is down. */
  void repair() {
    if (standing.beginRepair()) {
      table.repairs().submit(this::repairInTurn);
    }
  }

  private CompletableFuture<?> repairInTurn() {
    return turns
        .runAlways(this::doRepair)
        .handle(
            (done, failure) -> {
              if (failure == null) {
                afterRepair();
              } else {
                table.repairs().submitLater(this::repairInTurn);
              }
              return null;
            });
  }

  private void afterRepair() {
    standing.endRepair();
    if (standing.isClosed() && !standing.needsRepair()) {
      table.onGone().accept(this);
    } else if (isUp() && standing.needsRepair()) {
      repair();
    }
  }

  private CompletableFuture<?> doRepair() {
    CompletableFuture<?> steps = CompletableFuture.completedFuture(null);
    if (!isUp()) {
      return steps; // its return will be told
    }
    for (Topic group : standing.toLeave()) {
      steps = steps.thenCompose(done -> takeOut(group));
    }
    for (Topic group : standing.toConfirm()) {
      steps = steps.thenCompose(done -> confirm(group));
      steps = steps.thenRun(() -> kindOf(group).onJoined(session, group));
    }
    return steps;
  }

  /** How to forget a membership the cluster is known to have, should it turn out to be lost. */
  Optional<Supplier<CompletableFuture<?>>> candidate(Topic group) {
    Membership membership = standing.confirmed(group);
    return membership == null ? Optional.empty() : Optional.of(() -> forget(group, membership));
  }

  private CompletableFuture<?> forget(Topic group, Membership membership) {
    return turns.runAlways(
        () -> {
          if (standing.forget(group, membership)) {
            kindOf(group).afterLeave(session, group);
          }
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Runs a step in its turn, or never if nobody waits for it any more by then. */
  private <T> CompletableFuture<T> inTurn(Supplier<CompletableFuture<T>> step) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Scheduler.Timer deadline =
        table.scheduler().schedule(() -> answer.completeExceptionally(unavailable()), DEADLINE);
    CompletableFuture<?> unused =
        turns
            .run(() -> answer.isDone() ? answer : step.get())
            .whenComplete(
                (value, failure) -> {
                  deadline.cancel();
                  if (failure == null) {
                    answer.complete(value);
                  } else {
                    answer.completeExceptionally(failure);
                  }
                });
    return answer;
  }

  private static CommandException unavailable() {
    return CommandException.unavailable("The cluster cannot be asked now.");
  }

  private GroupKind kindOf(Topic group) {
    return table.kinds().apply(group);
  }

  private Members members() {
    return table.cluster().members();
  }

  private boolean isUp() {
    return table.cluster().health() == Health.UP;
  }

  private <T> CompletableFuture<T> whenUp(Supplier<CompletableFuture<T>> step) {
    return isUp() ? step.get() : CompletableFuture.failedFuture(unavailable());
  }

  /** What follows a step; when it fails, its undoing and a repair. */
  private <T> CompletableFuture<T> compose(
      CompletableFuture<?> step, Supplier<CompletableFuture<T>> then, Runnable undo) {
    CompletableFuture<T> result =
        step.whenComplete(
                (done, failure) -> {
                  if (failure != null) {
                    undo.run();
                    repair();
                  }
                })
            .thenCompose(done -> then.get());
    return result;
  }
}
