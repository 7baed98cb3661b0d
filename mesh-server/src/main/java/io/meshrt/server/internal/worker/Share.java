// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.work.WorkGroup;
import java.util.List;
import java.util.Set;

/**
 * One worker's share of the partitions, as all workers that know of the same ones count it.
 *
 * @param count how many it is to hold
 * @param first where it begins to look for free ones, so that not all look at the same
 */
record Share(int count, int first) {
  /** Nothing for a worker that is not among them. */
  static Share of(String worker, Set<String> workers) {
    List<String> sorted = workers.stream().sorted().toList();
    int rank = sorted.indexOf(worker);
    if (rank < 0) {
      return new Share(0, 0);
    }
    int all = sorted.size();
    int rest = WorkGroup.PARTITIONS % all;
    int count = WorkGroup.PARTITIONS / all + (rank < rest ? 1 : 0);
    return new Share(count, rank * WorkGroup.PARTITIONS / all);
  }
}
