// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The groups that sessions of this node follow. The first one who takes a group makes the node
 * follow it; it stops some time after the last one released it. Thread-safe.
 */
final class RecordGroups {
  private final Function<String, RecordGroup> build;
  private final Scheduler scheduler;
  private final Duration linger;

  // The uses are changed within the map's own steps only.
  private final ConcurrentMap<String, Use> uses = new ConcurrentHashMap<>();

  RecordGroups(Function<String, RecordGroup> build, Scheduler scheduler, Duration linger) {
    this.build = build;
    this.scheduler = scheduler;
    this.linger = linger;
  }

  /** The group, followed until it is released once, however its start ends. */
  RecordGroup take(String name) {
    Use use =
        uses.compute(
            name,
            (key, known) -> {
              Use taken = known == null ? new Use(build.apply(key)) : known;
              taken.users++;
              taken.takes++;
              return taken;
            });
    if (use.tryStart()) {
      CompletableFuture<?> unused =
          use.group
              .start()
              .whenComplete(
                  (done, failure) -> {
                    if (failure != null) {
                      uses.remove(name, use); // of no use to those who come later
                    }
                  });
    }
    return use.group;
  }

  /** Lets go of a group that was taken. */
  void release(RecordGroup group) {
    CompletableFuture<Long> unused = new CompletableFuture<>();
    uses.computeIfPresent(
        group.name(),
        (key, use) -> {
          if (use.group == group && --use.users == 0) {
            unused.complete(use.takes);
          }
          return use;
        });
    if (unused.isDone()) {
      long takes = unused.join();
      scheduler.schedule(() -> closeUnused(group, takes), linger);
    }
  }

  /** What this node knows by following a record. */
  Optional<RecordState> latest(String group, String id) {
    Use use = uses.get(group);
    return use == null ? Optional.empty() : use.group.latest(id);
  }

  /** How many groups the node follows. */
  int count() {
    return uses.size();
  }

  private void closeUnused(RecordGroup group, long takes) {
    Use after =
        uses.computeIfPresent(
            group.name(),
            (key, use) -> use.group == group && use.users == 0 && use.takes == takes ? null : use);
    if (after == null || after.group != group) {
      group.close();
    }
  }

  private static final class Use {
    final RecordGroup group;
    int users;
    long takes;
    private boolean started;

    Use(RecordGroup group) {
      this.group = group;
    }

    synchronized boolean tryStart() {
      boolean first = !started;
      started = true;
      return first;
    }
  }
}
