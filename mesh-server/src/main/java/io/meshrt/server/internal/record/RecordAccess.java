// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.patch.JsonMerge;
import io.meshrt.server.internal.archive.Archive;
import io.meshrt.server.internal.archive.Places;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.metrics.RecordMeter;
import io.meshrt.server.internal.metrics.RecordMeter.Outcome;
import io.meshrt.server.internal.record.RecordRequests.Operation;
import io.meshrt.server.record.WriteStrategy;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Reads and writes records, for clients and applications. Thread-safe, never blocks. */
final class RecordAccess {
  private final Store store;
  private final RecordWriter writer;
  private final Policies policies;
  private final Hooks hooks;
  private final Archive archive;
  private final RecordMeter meter;

  RecordAccess(
      Store store,
      RecordWriter writer,
      Policies policies,
      Hooks hooks,
      Archive archive,
      RecordMeter meter) {
    this.store = store;
    this.writer = writer;
    this.policies = policies;
    this.hooks = hooks;
    this.archive = archive;
    this.meter = meter;
  }

  /** The group a record belongs to. */
  String group(String id) {
    return policies.group(id);
  }

  /** What a record holds, read now. */
  CompletableFuture<Stored> read(String id) {
    return store
        .read(RecordWriter.topic(group(id)), List.of(id))
        .thenApply(values -> values.getOrDefault(id, Stored.ABSENT));
  }

  /** Does what a client asks for; fails with {@code EBADREQUEST} if it is not of one group. */
  CompletableFuture<Map<String, Job.Done>> run(List<Operation> operations) {
    Set<String> ids = new LinkedHashSet<>();
    Map<String, Job.Expected> expected = new HashMap<>();
    for (Operation operation : operations) {
      ids.add(operation.id());
      if (operation.expected() != null) {
        expected.put(operation.id(), operation.expected());
      }
    }
    String group = commonGroup(ids);
    return group == null
        ? CompletableFuture.failedFuture(
            CommandException.badRequest("operations: the records are not of one group"))
        : run(new Job(group, List.copyOf(ids), expected, bases -> next(operations, bases)));
  }

  /** The group of all of them; null if there are several. */
  @Nullable String commonGroup(Set<String> ids) {
    List<String> groups = ids.stream().map(this::group).distinct().toList();
    return groups.size() == 1 ? groups.get(0) : null;
  }

  CompletableFuture<Map<String, Job.Done>> run(Job job) {
    Places places;
    try {
      places = archive.take(job.ids());
    } catch (CommandException e) {
      meter.write(Outcome.FAILED);
      return CompletableFuture.failedFuture(e);
    }
    return writer
        .write(job, hooks::tell)
        .whenComplete(
            (done, failure) -> {
              meter.write(outcome(done, failure));
              settle(places, done, failure);
            });
  }

  private static void settle(
      Places places, @Nullable Map<String, Job.Done> done, @Nullable Throwable failure) {
    if (done != null) {
      places.onDone(written(done));
    } else if (failed(failure, ErrorCode.UNAVAILABLE)) {
      places.onUnknown();
    } else {
      places.onFailed();
    }
  }

  private static Map<String, Places.Written> written(Map<String, Job.Done> done) {
    Map<String, Places.Written> written = new HashMap<>();
    done.forEach(
        (id, one) -> {
          if (one.changed()) {
            written.put(id, new Places.Written(Versions.of(one.version()), one.json()));
          }
        });
    return written;
  }

  /** What a value becomes by a write. */
  static JsonNode next(@Nullable JsonNode before, JsonNode value, WriteStrategy strategy) {
    return switch (strategy) {
      case REPLACE -> value;
      case MERGE -> JsonMerge.shallow(before, value);
      case DEEP_MERGE -> JsonMerge.deep(before, value);
    };
  }

  private static Map<String, Job.Next> next(List<Operation> operations, Map<String, Base> bases) {
    Map<String, Job.Next> next = new HashMap<>();
    for (Operation operation : operations) {
      Base base = bases.get(operation.id());
      JsonNode before = base == null ? null : base.value();
      JsonNode value = operation.value();
      next.put(
          operation.id(),
          value == null
              ? Job.Next.DELETED
              : Job.Next.value(next(before, value, operation.strategy())));
    }
    return next;
  }

  private static Outcome outcome(
      @Nullable Map<String, Job.Done> done, @Nullable Throwable failure) {
    if (done != null) {
      boolean changed = done.values().stream().anyMatch(Job.Done::changed);
      return changed ? Outcome.WRITTEN : Outcome.UNCHANGED;
    }
    return failed(failure, ErrorCode.CONFLICT) ? Outcome.CONFLICT : Outcome.FAILED;
  }

  private static boolean failed(@Nullable Throwable failure, ErrorCode code) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CommandException known && known.is(code);
  }
}
