// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/*
 * A run begins with what the node knows, which may be outdated. Whatever it finds to do is checked
 * by the commit. Whatever it finds not to be done - nothing changes, the version is not the expected
 * one, the application throws - is believed only if it was found on what was read for this run.
 */
/**
 * One job under way, and those that are done along with it: what waits for the same records, and is
 * sure to change them, is in the same commit, in order. Each step begins when the one before is
 * over, so nothing is guarded.
 */
final class WriteRun {
  static final int EAGER_ATTEMPTS = 5;
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Less than after what time a name without a value is taken out of the catalog. */
  static final Duration MAX_PREPARING = Duration.ofSeconds(30);

  private static final int MAX_PAUSE_MILLIS = 50;

  private final Job job;
  private final Supplier<List<Job>> waiting;
  private final Store store;
  private final RecordWriter.Tools tools;
  private final RecordWriter.Known known;
  private final CompletableFuture<List<Map<String, Job.Done>>> result = new CompletableFuture<>();
  private final Map<String, Base> bases = new HashMap<>();
  private final long endNanos;
  private boolean fresh;
  private int conflicts;
  private int along;

  /**
   * Nothing is done yet.
   *
   * @param waiting jobs of the group whose turn comes next, in order; they are done along with this
   *     one where they can
   */
  WriteRun(
      Job job,
      Supplier<List<Job>> waiting,
      Store store,
      RecordWriter.Tools tools,
      RecordWriter.Known known) {
    this.job = job;
    this.waiting = waiting;
    this.store = store;
    this.tools = tools;
    this.known = known;
    this.endNanos = tools.scheduler().nanoTime() + PATIENCE.toNanos();
  }

  /** What became of the job, and of those done along with it; a failure is of all of them. */
  CompletableFuture<List<Map<String, Job.Done>>> start() {
    for (String id : job.ids()) {
      known.get(id).ifPresent(base -> bases.put(id, base));
    }
    if (bases.size() == job.ids().size()) {
      soon(this::attempt);
    } else {
      read();
    }
    return result;
  }

  /** On another thread: this one may be the cluster's, or still be in the step before. */
  private void soon(Runnable step) {
    try {
      tools.executor().execute(() -> guarded(step));
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void guarded(Runnable step) {
    try {
      step.run();
    } catch (Throwable failure) {
      fail(failure);
    }
  }

  private void read() {
    CompletableFuture<?> unused =
        store
            .read(RecordWriter.topic(job.group()), job.ids())
            .whenComplete(
                (values, failure) -> {
                  if (failure == null) {
                    soon(() -> attemptOn(values));
                  } else {
                    fail(failure);
                  }
                });
  }

  private void attemptOn(Map<String, Stored> values) {
    for (String id : job.ids()) {
      Base base = Base.of(values.getOrDefault(id, Stored.ABSENT));
      bases.put(id, base);
      known.put(id, base);
    }
    fresh = true;
    attempt();
  }

  private void attempt() {
    Plan plan = null;
    Throwable refusal = null;
    try {
      plan = Plan.of(job, bases, tools);
    } catch (Throwable failure) {
      refusal = failure;
    }
    if (plan != null && !plan.changes.isEmpty()) {
      commit(bundle(plan));
    } else if (!fresh) {
      read();
    } else if (refusal != null) {
      fail(refusal);
    } else if (plan != null) {
      result.complete(List.of(plan.done));
    }
  }

  /** Takes along those that wait, up to the first that is not sure to be done. */
  private Bundle bundle(Plan plan) {
    Bundle bundle = new Bundle(plan, bases);
    if (plan.isUpdate()) {
      for (Job next : waiting.get()) {
        if (!takeAlong(next, bundle)) {
          break;
        }
      }
    }
    return bundle;
  }

  private boolean takeAlong(Job next, Bundle bundle) {
    Optional<Map<String, Base>> nextBases = bundle.basesOf(next);
    if (nextBases.isEmpty()) {
      return false;
    }
    try {
      return bundle.tryAdd(Plan.of(next, nextBases.get(), tools));
    } catch (RuntimeException refusal) { // its own turn finds out whether it is one
      return false;
    }
  }

  private void commit(Bundle bundle) {
    Plan plan = bundle.first();
    long beganNanos = tools.scheduler().nanoTime();
    CompletableFuture<?> unused =
        tools
            .listing()
            .before(plan.created, plan.deleted)
            .whenComplete(
                (tokens, failure) -> {
                  boolean late =
                      tools.scheduler().nanoTime() - beganNanos > MAX_PREPARING.toNanos();
                  if (failure != null) {
                    fail(failure);
                  } else if (late) {
                    fail(CommandException.unavailable("The cluster is too slow."));
                  } else {
                    commit(bundle, tokens);
                  }
                });
  }

  private void commit(Bundle bundle, Map<String, String> tokens) {
    Outgoing message = Outgoing.of(bundle.publication(), Retention.NUMBERED);
    along = bundle.jobs() - 1;
    CompletableFuture<?> unused =
        store
            .commit(
                RecordWriter.topic(job.group()),
                bundle.writes(),
                Optional.of(message),
                tools.listing().notice(bundle.changed()))
            .whenComplete(
                (commit, failure) -> guarded(() -> onCommit(bundle, tokens, commit, failure)));
  }

  private void onCommit(
      Bundle bundle,
      Map<String, String> tokens,
      Store.@Nullable Commit commit,
      @Nullable Throwable failure) {
    if (commit == null) {
      job.ids().forEach(known::forget);
      fail(failure == null ? new IllegalStateException("no outcome") : failure);
    } else if (commit.committed()) {
      bundle.bases().forEach(known::put);
      tools.listing().after(tokens);
      result.complete(bundle.done());
    } else {
      onConflict(commit.entries());
    }
  }

  private void onConflict(Map<String, Stored> current) {
    conflicts++;
    along = 0;
    tools.meter().conflict();
    if (tools.scheduler().nanoTime() - endNanos > 0) {
      fail(CommandException.conflict("The record changes too often to be written."));
    } else if (conflicts < EAGER_ATTEMPTS) {
      soon(() -> attemptOn(current));
    } else {
      int millis = ThreadLocalRandom.current().nextInt(1, MAX_PAUSE_MILLIS);
      tools.scheduler().schedule(() -> soon(() -> attemptOn(current)), Duration.ofMillis(millis));
    }
  }

  /** How many of those that waited share the outcome, when it is there. */
  int along() {
    return along;
  }

  private void fail(Throwable failure) {
    result.completeExceptionally(failure);
  }
}
