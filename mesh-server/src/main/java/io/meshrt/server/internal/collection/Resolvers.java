// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.collection.CollectionResolver;
import io.meshrt.server.internal.metrics.CollectionMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs the application's resolvers, so many at a time; the others wait, each collection of a
 * session once. Thread-safe, never blocks.
 */
final class Resolvers {
  static final int MAX_RUNNING = 64;
  static final Duration DEADLINE = Duration.ofSeconds(30);

  private final Executor executor;
  private final Scheduler scheduler;
  private final CollectionMeter meter;

  // Guarded by this.
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;

  /** None runs. */
  Resolvers(Executor executor, Scheduler scheduler, CollectionMeter meter) {
    this.executor = executor;
    this.scheduler = scheduler;
    this.meter = meter;
  }

  /** The ids that a resolver tells. */
  CompletableFuture<Set<String>> run(
      CollectionResolver resolver, Session session, String collection) {
    CompletableFuture<Set<String>> answer = new CompletableFuture<>();
    CompletableFuture<?> over = answer.whenComplete((ids, failure) -> onOver());
    add(() -> start(resolver, session, collection, answer));
    return over.thenCompose(done -> answer);
  }

  private void add(Runnable run) {
    synchronized (this) {
      waiting.add(run);
    }
    startNext();
  }

  private void onOver() {
    synchronized (this) {
      running--;
    }
    startNext();
  }

  private void startNext() {
    Runnable next;
    synchronized (this) {
      next = running < MAX_RUNNING ? waiting.poll() : null;
      running += next == null ? 0 : 1;
    }
    if (next != null) {
      next.run();
    }
  }

  private void start(
      CollectionResolver resolver,
      Session session,
      String collection,
      CompletableFuture<Set<String>> answer) {
    meter.resolution();
    Scheduler.Timer deadline =
        scheduler.schedule(
            () ->
                answer.completeExceptionally(
                    new CommandException(
                        ErrorCode.TIMEOUT, "The collection was not told in time.")),
            DEADLINE);
    CompletableFuture<?> unused = answer.whenComplete((ids, failure) -> deadline.cancel());
    try {
      executor.execute(() -> ask(resolver, session, collection, answer));
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }

  private static void ask(
      CollectionResolver resolver,
      Session session,
      String collection,
      CompletableFuture<Set<String>> answer) {
    try {
      var stage = resolver.resolve(session, collection);
      if (stage == null) {
        throw new IllegalStateException("a resolver returned null instead of a stage");
      }
      var unused = stage.whenComplete((ids, failure) -> end(answer, ids, failure));
    } catch (Throwable failure) {
      answer.completeExceptionally(failure);
    }
  }

  private static void end(
      CompletableFuture<Set<String>> answer,
      @Nullable Collection<String> ids,
      @Nullable Throwable failure) {
    try {
      if (ids == null) {
        answer.completeExceptionally(
            failure == null ? new IllegalStateException("a resolver told null") : failure);
      } else {
        answer.complete(Set.copyOf(ids));
      }
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }
}
