// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.archive.LiveRecords;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.StoredRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Brings records back into the cluster. Thread-safe, never blocks. */
final class Restorer implements LiveRecords {
  private final Store store;
  private final RecordWriter writer;
  private final Policies policies;
  private final Scheduler scheduler;

  /** Nothing was restored. */
  Restorer(Store store, RecordWriter writer, Policies policies, Scheduler scheduler) {
    this.store = store;
    this.writer = writer;
    this.policies = policies;
    this.scheduler = scheduler;
  }

  @Override
  public CompletableFuture<Optional<StoredRecord>> read(String id) {
    return store
        .read(RecordWriter.topic(policies.group(id)), List.of(id))
        .thenApply(
            values -> {
              Stored stored = values.getOrDefault(id, Stored.ABSENT);
              byte[] value = stored.value();
              String json = value == null ? null : new String(value, UTF_8);
              return stored.version().equals(Version.ABSENT)
                  ? Optional.empty()
                  : Optional.of(new StoredRecord(id, Versions.of(stored.version()), json));
            });
  }

  @Override
  public CompletableFuture<Restored> restore(StoredRecord kept) {
    try {
      require(kept);
      JsonNode value = tree(kept.json());
      Job job =
          Job.of(
              policies.group(kept.id()),
              kept.id(),
              null,
              bases -> next(kept, value, bases.get(kept.id())));
      return writer
          .write(job, done -> {})
          .thenApply(
              done ->
                  new Restored(
                      done.values().stream().anyMatch(Job.Done::changed),
                      Versions.of(done, kept.id())));
    } catch (CommandException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static void require(StoredRecord kept) {
    String flaw = ApplicationNames.flawOf(kept.id());
    if (flaw != null) {
      throw CommandException.badRequest("id: " + flaw);
    }
    RecordVersion version = kept.version();
    if (version.number() == 0
        || !Store.STAMP.matcher(version.stamp()).matches()
        || Stamps.timeMillis(version.stamp()) == 0) {
      throw CommandException.badRequest("version: none of a record");
    }
  }

  private static @Nullable JsonNode tree(@Nullable String json) {
    return json == null ? null : RecordJson.tree(RawJson.ofValid(json.getBytes(UTF_8)));
  }

  private Map<String, Job.Next> next(
      StoredRecord kept, @Nullable JsonNode value, @Nullable Base base) {
    if (base == null || !kept.version().isNewerThan(Versions.of(base.version()))) {
      return Map.of();
    }
    Duration lives = policies.timeToLive(kept.id());
    if (!lives.isZero()) {
      long ageMillis = scheduler.currentTimeMillis() - Stamps.timeMillis(kept.version().stamp());
      lives = lives.minusMillis(Math.max(0, ageMillis));
      if (lives.toMillis() < 1) {
        return Map.of();
      }
    }
    // A number that the cluster has used is not used again.
    long used = base.version().number() + (value == null ? 0 : 1);
    Version version = new Version(Math.max(kept.version().number(), used), kept.version().stamp());
    return Map.of(
        kept.id(),
        new Job.Next(Optional.ofNullable(value), Optional.of(new Job.Kept(version, lives))));
  }
}
