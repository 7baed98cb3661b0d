// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/**
 * Work that may run, and so many at a time that do. What waits here was read by tenures, which
 * bound it. Belongs to the worker's lane.
 */
final class Bench {
  private final int concurrency;
  private final Consumer<Job> run;
  private final ArrayDeque<Job> ready = new ArrayDeque<>();
  private int running;
  private boolean pumping;

  /**
   * Empty.
   *
   * @param run begins with a job; {@link #onFree} is to be called once for each
   */
  Bench(int concurrency, Consumer<Job> run) {
    this.concurrency = concurrency;
    this.run = run;
  }

  void add(Job job) {
    ready.add(job);
    pump();
  }

  /** A job takes no place any more. */
  void onFree() {
    running--;
    pump();
  }

  private void pump() {
    if (pumping) {
      return;
    }
    pumping = true;
    try {
      while (running < concurrency && !ready.isEmpty()) {
        start(ready.remove());
      }
    } finally {
      pumping = false;
    }
  }

  private void start(Job job) {
    switch (job.tenure.leaveFor()) {
      case RUN -> {
        running++;
        run.accept(job);
      }
      case WAIT -> job.tenure.park(job);
      case NEVER -> {}
    }
  }
}
