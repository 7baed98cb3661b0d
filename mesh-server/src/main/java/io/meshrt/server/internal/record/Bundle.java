// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.Store.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Plans of jobs that one commit does, each upon what the one before leaves behind. */
final class Bundle {
  /** Jobs in one commit. */
  static final int MAX_JOBS = 32;

  /** JSON of changes and values in one commit, unless its first job has more. */
  static final int MAX_BYTES = 256 * 1024;

  private final List<Plan> plans = new ArrayList<>(1);
  private final Map<String, Base> bases = new HashMap<>();
  private int bytes;

  /** With the first of its jobs. */
  Bundle(Plan first) {
    add(first);
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

  /** What is known afterwards of the records that it changes. */
  Map<String, Base> bases() {
    return bases;
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
