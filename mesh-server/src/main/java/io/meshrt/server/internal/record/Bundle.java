// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.util.stream.Collectors.toSet;

import io.meshrt.server.internal.cluster.Store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans of jobs that one commit does, each upon what the one before leaves behind. */
final class Bundle {
  /** Jobs in one commit. */
  static final int MAX_JOBS = 32;

  /** JSON of changes and values in one commit, unless its first job has more. */
  static final int MAX_BYTES = 256 * 1024;

  private final List<Plan> plans = new ArrayList<>(1);
  private final Map<String, Base> bases;
  private int bytes;

  /**
   * With the first of its jobs, whose records are those of the others too.
   *
   * @param bases of all of these, as the commit will check them
   */
  Bundle(Plan first, Map<String, Base> bases) {
    this.bases = new HashMap<>(bases);
    add(first);
  }

  /** What the records of a job are when all before are done; empty if it is not to go along. */
  Optional<Map<String, Base>> basesOf(Job next) {
    if (next.work().asksApplication() || !bases.keySet().containsAll(next.ids())) {
      return Optional.empty();
    }
    Map<String, Base> its = new HashMap<>();
    next.ids().forEach(id -> its.put(id, bases.get(id)));
    int bytesNow = its.values().stream().mapToInt(Base::bytes).sum();
    return bytes + bytesNow > MAX_BYTES ? Optional.empty() : Optional.of(its);
  }

  /** Takes one more plan; false when there is no room, or it is not a plain update. */
  boolean tryAdd(Plan plan) {
    if (plans.size() == MAX_JOBS || !plan.isUpdate() || bytes + bytes(plan) > MAX_BYTES) {
      return false;
    }
    add(plan);
    return true;
  }

  private void add(Plan plan) {
    plans.add(plan);
    bases.putAll(plan.bases);
    bytes += bytes(plan);
  }

  private static int bytes(Plan plan) {
    return plan.changedBytes() + plan.bases.values().stream().mapToInt(Base::bytes).sum();
  }

  int jobs() {
    return plans.size();
  }

  Plan first() {
    return plans.get(0);
  }

  /** What is known afterwards of its records. */
  Map<String, Base> bases() {
    return bases;
  }

  /** The records that it changes. */
  Set<String> changed() {
    return plans.stream().flatMap(plan -> plan.bases.keySet().stream()).collect(toSet());
  }

  /** One write for each record: from what is there now to what its last job leaves. */
  List<Write> writes() {
    if (plans.size() == 1) {
      return first().writes;
    }
    Map<String, Write> writes = new LinkedHashMap<>();
    for (Plan plan : plans) {
      plan.writes.forEach(write -> writes.merge(write.key(), write, Bundle::both));
    }
    return List.copyOf(writes.values());
  }

  private static Write both(Write earlier, Write later) {
    return later.kind() == Write.Kind.CHECK ? earlier : later.upon(earlier.expected());
  }

  /** What is published: the changes of each job as a whole. */
  byte[] publication() {
    return RecordChange.encode(plans.stream().map(plan -> plan.changes).toList());
  }

  List<Map<String, Job.Done>> done() {
    return plans.stream().map(plan -> plan.done).toList();
  }
}
