// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.delegation;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.work.ClusterClock;
import io.meshrt.server.internal.work.Crew;
import io.meshrt.server.internal.work.WorkGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The groups to which something is forwarded: their workers are seen and their clock is asked, from
 * the first use to the end of the last. Started once, closed once. Thread-safe, never blocks.
 */
final class Groups {
  private final Cluster cluster;
  private final Scheduler scheduler;
  private final String name;
  private final Function<WorkGroup, BiConsumer<Set<String>, Set<String>>> onLook;

  // Guarded by this.
  private final Map<WorkGroup, Watch> watches = new HashMap<>();
  private boolean started;
  private boolean closed;

  /** What a group is seen by. The number of uses is guarded by the groups. */
  private static final class Watch {
    final WorkGroup group;
    final Crew crew;
    final ClusterClock clock;
    int uses;

    Watch(WorkGroup group, Crew crew, ClusterClock clock) {
      this.group = group;
      this.crew = crew;
      this.clock = clock;
    }

    CompletableFuture<?> start() {
      crew.start();
      return clock.start();
    }
  }

  /** Something that is forwarded to a group. Ended once. */
  final class Use {
    /** Completes when the group's clock is known, if it has begun to be asked. */
    final CompletableFuture<?> known;

    private final Watch watch;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Use(Watch watch, CompletableFuture<?> known) {
      this.watch = watch;
      this.known = known;
    }

    /** Not later than now by the group's clock; also after the end, for what was under way. */
    OptionalLong earliest() {
      return watch.clock.earliest();
    }

    /** Forwards no more; false if it did not before. */
    boolean end() {
      boolean now = ended.compareAndSet(false, true);
      if (now) {
        release(watch);
      }
      return now;
    }
  }

  /**
   * None yet.
   *
   * @param name used by nobody else
   * @param onLook for each group, as {@link Crew} has it
   */
  Groups(
      Cluster cluster,
      Scheduler scheduler,
      String name,
      Function<WorkGroup, BiConsumer<Set<String>, Set<String>>> onLook) {
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.name = name;
    this.onLook = onLook;
  }

  /** One more use of a group. */
  Use use(WorkGroup group) {
    Watch watch;
    boolean begin;
    synchronized (this) {
      watch = watches.computeIfAbsent(group, this::watch);
      watch.uses++;
      begin = watch.uses == 1 && started && !closed;
    }
    return new Use(watch, begin ? watch.start() : CompletableFuture.completedFuture(null));
  }

  /** Begins with those in use; completes when their clocks are known. */
  CompletableFuture<?> start() {
    List<Watch> used;
    synchronized (this) {
      started = true;
      used = closed ? List.of() : List.copyOf(watches.values());
    }
    List<CompletableFuture<?>> known = new ArrayList<>();
    used.forEach(watch -> known.add(watch.start()));
    return CompletableFuture.allOf(known.toArray(CompletableFuture<?>[]::new));
  }

  /** Sees no more, without a word to anybody. */
  void close() {
    List<Watch> used;
    synchronized (this) {
      closed = true;
      used = List.copyOf(watches.values());
    }
    used.forEach(
        watch -> {
          watch.crew.close();
          watch.clock.close();
        });
  }

  private Watch watch(WorkGroup group) {
    return new Watch(
        group,
        new Crew(cluster, scheduler, group, Crew.RENEWAL, onLook.apply(group)),
        new ClusterClock(cluster, scheduler, group, name));
  }

  private void release(Watch watch) {
    synchronized (this) {
      watch.uses--;
      if (watch.uses > 0 || closed) {
        return;
      }
      watches.remove(watch.group, watch);
    }
    watch.crew.dismiss();
    watch.clock.close();
  }
}
