// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.patch.JsonMerge;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.metrics.RecordMeter;
import io.meshrt.server.internal.metrics.RecordMeter.Outcome;
import io.meshrt.server.internal.record.RecordRequests.Operation;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.WriteStrategy;
import java.time.Duration;
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
  private final Exposures<RecordPolicy> policies;
  private final Hooks hooks;
  private final RecordMeter meter;

  RecordAccess(
      Store store,
      RecordWriter writer,
      Exposures<RecordPolicy> policies,
      Hooks hooks,
      RecordMeter meter) {
    this.store = store;
    this.writer = writer;
    this.policies = policies;
    this.hooks = hooks;
    this.meter = meter;
  }

  /** The group a record belongs to. */
  String group(String id) {
    return policies.settings(id).map(policy -> group(policy, id)).orElse(id);
  }

  private static String group(RecordPolicy policy, String id) {
    String group = policy.group().apply(id);
    if (group == null) {
      throw new IllegalStateException("a policy has no group for a record");
    }
    return group;
  }

  static Duration timeToLive(Exposures<RecordPolicy> policies, String id) {
    return policies.settings(id).map(RecordPolicy::timeToLive).orElse(Duration.ZERO);
  }

  static boolean isListed(Exposures<RecordPolicy> policies, String id) {
    return policies.settings(id).map(RecordPolicy::listed).orElse(true);
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
    return writer
        .write(job, hooks::tell)
        .whenComplete((done, failure) -> meter.write(outcome(done, failure)));
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
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    boolean conflict = cause instanceof CommandException known && known.is(ErrorCode.CONFLICT);
    return conflict ? Outcome.CONFLICT : Outcome.FAILED;
  }
}
