// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What waits behind work of the same client; the first of each may run. Belongs to a lane. */
final class Queues {
  private final Map<String, ArrayDeque<Job>> waiting = new HashMap<>();

  /** Joins the queue; true when nobody is before it. */
  boolean add(String order, Job job) {
    ArrayDeque<Job> queue = waiting.get(order);
    if (queue == null) {
      waiting.put(order, new ArrayDeque<>(1)); // stands for the one that runs
      return true;
    }
    queue.add(job);
    return false;
  }

  /** The one that ran is over; tells which one may run now. */
  @Nullable Job next(String order) {
    ArrayDeque<Job> queue = waiting.get(order);
    Job next = queue == null ? null : queue.poll();
    if (next == null) {
      waiting.remove(order);
    }
    return next;
  }

  void clear() {
    waiting.clear();
  }
}
