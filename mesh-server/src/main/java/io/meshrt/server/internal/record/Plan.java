// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one job would do to what is known of its records; nothing is done yet. */
final class Plan {
  /** How long the version of a deleted record is remembered. */
  static final Duration REMEMBERED = Duration.ofHours(24);

  /** What one publication may carry: a client gets it in one message. */
  static final int MAX_PUBLICATION_BYTES = 512 * 1024;

  final List<Write> writes = new ArrayList<>();
  final List<RecordChange> changes = new ArrayList<>();
  final Map<String, Job.Done> done = new LinkedHashMap<>();

  /** What is known of the records afterwards. */
  final Map<String, Base> bases = new HashMap<>();

  final List<String> created = new ArrayList<>(0);
  final List<String> deleted = new ArrayList<>(0);

  private final RecordWriter.Tools tools;

  private Plan(RecordWriter.Tools tools) {
    this.tools = tools;
  }

  /**
   * Asks a job what it does. Throws what the job throws, and a refusal if a version is not the
   * expected one or a value is not allowed.
   *
   * @param bases of all records of the job
   */
  static Plan of(Job job, Map<String, Base> bases, RecordWriter.Tools tools) {
    checkExpected(job, bases);
    Map<String, Job.Next> next = job.work().on(Map.copyOf(bases));
    Plan plan = new Plan(tools);
    for (String id : job.ids()) {
      plan.add(id, base(bases, id), next.get(id));
    }
    if (plan.changes.size() > 1 && plan.changedBytes() > MAX_PUBLICATION_BYTES) {
      throw tools.json().tooLarge("The changes are too large for one transaction.");
    }
    return plan;
  }

  private static void checkExpected(Job job, Map<String, Base> bases) {
    job.expected()
        .forEach(
            (id, expected) -> {
              Version version = base(bases, id).version();
              if (!expected.fits(version)) {
                throw Conflicts.notExpected(id, version);
              }
            });
  }

  private static Base base(Map<String, Base> bases, String id) {
    return bases.getOrDefault(id, new Base(Version.ABSENT, null, 0));
  }

  /** Whether it changes values, and neither creates nor deletes a record. */
  boolean isUpdate() {
    return !changes.isEmpty() && created.isEmpty() && deleted.isEmpty();
  }

  /** What its changes are as JSON. */
  int changedBytes() {
    return changes.stream().mapToInt(change -> change.json().length()).sum();
  }

  private void add(String id, Base base, Job.@Nullable Next next) {
    JsonNode value = next == null ? null : next.value().orElse(null);
    Job.Kept kept = next == null ? null : next.kept().orElse(null);
    if (value != null) {
      put(id, base, value, kept);
    } else if (next != null && base.exists()) {
      delete(id, base, kept);
    } else {
      keep(id, base);
    }
  }

  private void put(String id, Base base, JsonNode value, Job.@Nullable Kept kept) {
    byte[] json = tools.json().checked(value);
    RecordJson.Change change = tools.json().change(base.value(), value);
    if (change.kind() == RecordJson.Change.Kind.NONE) {
      keep(id, base);
      return;
    }
    Version version = kept == null ? version(base, base.version().number() + 1) : kept.version();
    Duration timeToLive = kept == null ? tools.timeToLive().apply(id) : kept.timeToLive();
    RawJson written = RawJson.ofValid(json);
    writes.add(Write.put(id, base.version(), json, timeToLive).withVersion(version));
    changes.add(
        kept == null && change.asPatch().isPresent()
            ? change(RecordChange.Kind.PATCH, id, base, version, change.json())
            : change(RecordChange.Kind.VALUE, id, base, version, written));
    done.put(id, new Job.Done(version, base.value(), value, written, true));
    if (!base.exists()) {
      created.add(id);
    }
    bases.put(id, new Base(version, value, json.length));
  }

  private Version version(Base base, long number) {
    return new Version(number, tools.stamps().after(base.version().stamp()));
  }

  private static RecordChange change(
      RecordChange.Kind kind, String id, Base base, Version version, RawJson json) {
    return new RecordChange(kind, id, base.version().stamp(), version, json);
  }

  private void delete(String id, Base base, Job.@Nullable Kept kept) {
    Version version = kept == null ? version(base, base.version().number()) : kept.version();
    writes.add(Write.remove(id, base.version(), REMEMBERED).withVersion(version));
    changes.add(RecordChange.deleted(id, base.version().stamp(), version));
    done.put(id, new Job.Done(version, base.value(), null, null, true));
    deleted.add(id);
    bases.put(id, new Base(version, null, 0));
  }

  private void keep(String id, Base base) {
    writes.add(Write.check(id, base.version()));
    done.put(id, new Job.Done(base.version(), base.value(), base.value(), null, false));
  }
}
