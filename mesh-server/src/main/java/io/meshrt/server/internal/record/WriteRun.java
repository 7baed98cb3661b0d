// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/*
 * A run begins with what the node knows, which may be outdated. Whatever it finds to do is checked
 * by the commit. Whatever it finds not to be done - nothing changes, the version is not the expected
 * one, the application throws - is believed only if it was found on what was read for this run.
 */
/** One job under way. Each step begins when the one before is over, so nothing is guarded. */
final class WriteRun {
  static final int EAGER_ATTEMPTS = 5;
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Less than after what time a name without a value is taken out of the catalog. */
  static final Duration MAX_PREPARING = Duration.ofSeconds(30);

  static final Duration REMEMBERED = Duration.ofHours(24);
  private static final int MAX_PAUSE_MILLIS = 50;

  /** What one publication may carry: a client gets it in one message. */
  static final int MAX_PUBLICATION_BYTES = 512 * 1024;

  private final Job job;
  private final Store store;
  private final RecordWriter.Tools tools;
  private final RecordWriter.Known known;
  private final CompletableFuture<Map<String, Job.Done>> result = new CompletableFuture<>();
  private final Map<String, Base> bases = new HashMap<>();
  private final long endNanos;
  private boolean fresh;
  private int conflicts;

  WriteRun(Job job, Store store, RecordWriter.Tools tools, RecordWriter.Known known) {
    this.job = job;
    this.store = store;
    this.tools = tools;
    this.known = known;
    this.endNanos = tools.scheduler().nanoTime() + PATIENCE.toNanos();
  }

  CompletableFuture<Map<String, Job.Done>> start() {
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
      tools
          .executor()
          .execute(
              () -> {
                try {
                  step.run();
                } catch (Throwable failure) {
                  fail(failure);
                }
              });
    } catch (RuntimeException e) {
      fail(e);
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
      checkExpected();
      plan = plan(job.work().on(Map.copyOf(bases)));
    } catch (Throwable failure) {
      refusal = failure;
    }
    if (plan != null && !plan.changes.isEmpty()) {
      commit(plan);
    } else if (!fresh) {
      read();
    } else if (refusal != null) {
      fail(refusal);
    } else if (plan != null) {
      result.complete(plan.done);
    }
  }

  private void checkExpected() {
    job.expected()
        .forEach(
            (id, expected) -> {
              Version version = base(id).version();
              if (!expected.fits(version)) {
                throw Conflicts.notExpected(id, version);
              }
            });
  }

  private Base base(String id) {
    return bases.getOrDefault(id, new Base(Version.ABSENT, null, 0));
  }

  private Plan plan(Map<String, Job.Next> next) {
    Plan plan = new Plan();
    for (String id : job.ids()) {
      Base base = base(id);
      Job.Next wanted = next.get(id);
      JsonNode value = wanted == null ? null : wanted.value().orElse(null);
      if (value != null) {
        put(plan, id, base, value);
      } else if (wanted != null && base.exists()) {
        delete(plan, id, base);
      } else {
        keep(plan, id, base);
      }
    }
    if (plan.bytes() > MAX_PUBLICATION_BYTES) {
      throw tools.json().tooLarge("The changes are too large for one transaction.");
    }
    return plan;
  }

  private void put(Plan plan, String id, Base base, JsonNode value) {
    byte[] json = tools.json().checked(value);
    RecordJson.Change change = tools.json().change(base.value(), value);
    if (change.kind() == RecordJson.Change.Kind.NONE) {
      keep(plan, id, base);
      return;
    }
    Version version =
        new Version(base.version().number() + 1, tools.stamps().after(base.version().stamp()));
    Duration timeToLive = tools.timeToLive().apply(id);
    plan.writes.add(Write.put(id, base.version(), json, timeToLive).withStamp(version.stamp()));
    RecordChange.Kind kind =
        change.asPatch().isPresent() ? RecordChange.Kind.PATCH : RecordChange.Kind.VALUE;
    plan.changes.add(new RecordChange(kind, id, base.version().stamp(), version, change.json()));
    plan.done.put(id, new Job.Done(version, base.value(), value, true));
    if (!base.exists()) {
      plan.created.add(id);
    }
    plan.bases.put(id, new Base(version, value, json.length));
  }

  private void delete(Plan plan, String id, Base base) {
    Version version =
        new Version(base.version().number(), tools.stamps().after(base.version().stamp()));
    plan.writes.add(Write.remove(id, base.version(), REMEMBERED).withStamp(version.stamp()));
    plan.changes.add(RecordChange.deleted(id, base.version().stamp(), version));
    plan.done.put(id, new Job.Done(version, base.value(), null, true));
    plan.deleted.add(id);
    plan.bases.put(id, new Base(version, null, 0));
  }

  private static void keep(Plan plan, String id, Base base) {
    plan.writes.add(Write.check(id, base.version()));
    plan.done.put(id, new Job.Done(base.version(), base.value(), base.value(), false));
  }

  private void commit(Plan plan) {
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
                    commit(plan, tokens);
                  }
                });
  }

  private void commit(Plan plan, Map<String, String> tokens) {
    Outgoing message = Outgoing.of(RecordChange.encode(plan.changes), Retention.NUMBERED);
    CompletableFuture<?> unused =
        store
            .commit(
                RecordWriter.topic(job.group()),
                plan.writes,
                Optional.of(message),
                tools.listing().notice(plan.bases.keySet()))
            .whenComplete((commit, failure) -> onCommit(plan, tokens, commit, failure));
  }

  private void onCommit(
      Plan plan,
      Map<String, String> tokens,
      Store.@Nullable Commit commit,
      @Nullable Throwable failure) {
    if (commit == null) {
      job.ids().forEach(known::forget);
      fail(failure == null ? new IllegalStateException("no outcome") : failure);
    } else if (commit.committed()) {
      plan.bases.forEach(known::put);
      tools.listing().after(tokens);
      result.complete(plan.done);
    } else {
      onConflict(commit.entries());
    }
  }

  private void onConflict(Map<String, Stored> current) {
    conflicts++;
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

  private void fail(Throwable failure) {
    result.completeExceptionally(failure);
  }

  /** What one attempt is about to do. */
  private static final class Plan {
    final List<Write> writes = new ArrayList<>();
    final List<RecordChange> changes = new ArrayList<>();
    final Map<String, Job.Done> done = new LinkedHashMap<>();
    final Map<String, Base> bases = new HashMap<>();
    final List<String> created = new ArrayList<>(0);
    final List<String> deleted = new ArrayList<>(0);

    long bytes() {
      return changes.size() < 2
          ? 0
          : changes.stream().mapToLong(change -> change.json().length()).sum();
    }
  }
}
