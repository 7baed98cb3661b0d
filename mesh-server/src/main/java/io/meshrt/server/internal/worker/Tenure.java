// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.work.Crew;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.worker.Distribution;
import io.meshrt.server.worker.WorkGap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's time with one partition, from taking it to giving it back or losing it; an
 * observer's has no hold. Belongs to the worker's lane.
 */
final class Tenure implements Inflow.Sink {
  /** Work that was read and is not done. */
  static final int MAX_JOBS = 256;

  static final int MAX_BYTES = 4 << 20;

  /** How far work may be read beyond what is not done. */
  static final int MAX_AHEAD = 4_096;

  private static final Logger log = LoggerFactory.getLogger(Tenure.class);
  private static final String PROGRESS = "progress";
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Duration RETRY = Duration.ofMillis(500);

  private final WorkerServices services;
  private final WorkerSettings settings;
  private final Lane lane;
  private final Bench bench;
  private final int partition;
  private final @Nullable Hold hold;
  private final Progress progress;
  private final DoneIds ids;
  private final Inflow inflow;
  private final Queues queues = new Queues();
  private final List<Job> parked = new ArrayList<>();
  private final Consumer<Tenure> onEnd;

  private Phase phase = Phase.ACTIVE;
  private int jobs;
  private int bytes;
  private int running;
  private long lastOffset;
  private boolean dirty;
  private boolean writing;
  private boolean writePlanned;

  private enum Phase {
    ACTIVE,
    LEAVING,
    OVER
  }

  /** What a job may do now. */
  enum Leave {
    /** Run. */
    RUN,
    /** Wait: somebody else may have the partition. */
    WAIT,
    /** Nothing any more. */
    NEVER
  }

  /** Not started. */
  Tenure(
      WorkerServices services,
      WorkerSettings settings,
      Lane lane,
      Bench bench,
      int partition,
      @Nullable Hold hold,
      Map<String, Stored> stored,
      Consumer<Tenure> onEnd) {
    this.services = services;
    this.settings = settings;
    this.lane = lane;
    this.bench = bench;
    this.partition = partition;
    this.hold = hold;
    this.onEnd = onEnd;
    byte[] known = stored.getOrDefault(PROGRESS, Stored.ABSENT).value();
    this.progress = known == null ? new Progress() : Progress.decode(known);
    this.ids = DoneIds.load(stored, services.scheduler().nanoTime());
    this.lastOffset = progress.through().offset();
    Topic topic = settings.group().partition(partition);
    this.inflow =
        new Inflow(
            services.cluster().topics(),
            topic,
            services.scheduler(),
            lane,
            this,
            progress.through(),
            hold == null);
  }

  void start() {
    inflow.start();
    later(this::renew, Crew.RENEWAL);
  }

  int partition() {
    return partition;
  }

  boolean isLeaving() {
    return phase != Phase.ACTIVE;
  }

  /** Begins with nothing more; gives the partition back when all that runs has ended. */
  void leave() {
    if (phase == Phase.ACTIVE) {
      phase = Phase.LEAVING;
      inflow.close();
      forgetWaiting();
      endIfIdle();
    }
  }

  Leave leaveFor() {
    if (phase != Phase.ACTIVE) {
      return Leave.NEVER;
    }
    return hold == null || hold.isSafe() ? Leave.RUN : Leave.WAIT;
  }

  /** Keeps a job until the partition is known to be held. */
  void park(Job job) {
    parked.add(job);
  }

  /** A job's handler is about to run; tells which delivery it is. */
  int begin(Job job) {
    running++;
    if (hold == null) {
      return 1;
    }
    changed();
    return job.position.sameEpoch(progress.through()) ? progress.begin(job.position.offset()) : 1;
  }

  /** A job's handler has ended: the next of the same client may run. */
  void onHandled(Job job) {
    next(job);
  }

  /** A job that ran is done, and its answer on its way. */
  void onDone(Job job) {
    running--;
    finish(job);
    endIfIdle();
  }

  /** A job is over without having run. */
  void onSkipped(Job job) {
    next(job);
    finish(job);
  }

  @Override
  public int room() {
    if (phase != Phase.ACTIVE || bytes >= MAX_BYTES) {
      return 0;
    }
    long ahead = lastOffset - progress.through().offset();
    return (int) Math.min(MAX_JOBS - jobs, MAX_AHEAD - ahead);
  }

  @Override
  public void onWork(Publication work) {
    Position position = work.position();
    lastOffset = position.offset();
    if (progress.isDone(lastOffset)) {
      return;
    }
    WorkEntry entry = WorkEntry.decode(work.payload()).orElse(null);
    if (entry == null || ids.contains(entry.id())) {
      if (entry == null) {
        log.warn("something that is no work lies in partition {}", partition);
      } else {
        services.meter().repeated();
      }
      progress.done(lastOffset);
      changed();
      return;
    }
    Job job = new Job(this, entry, position, work.payload().length);
    jobs++;
    bytes += job.bytes;
    if (settings.distribution() == Distribution.SHARED || queues.add(entry.order(), job)) {
      bench.add(job);
    }
  }

  @Override
  public void onMissing(long first, long last) {
    lastOffset = last;
    progress.done(first, last);
    changed();
    tellGap(last - first + 1);
  }

  @Override
  public void onRestart(Position position, boolean lost) {
    progress.reset(position);
    lastOffset = position.offset();
    changed();
    if (lost) {
      tellGap(0);
    }
  }

  private void tellGap(long count) {
    services.meter().gap();
    WorkGap gap = new WorkGap(settings.group().name(), partition, count);
    Consumer<WorkGap> listener = settings.handlers().gap();
    if (listener == null) {
      log.warn("work is missing: {}", gap);
      return;
    }
    services
        .threads()
        .execute(
            () -> {
              try {
                listener.accept(gap);
              } catch (RuntimeException e) {
                log.error("a listener for gaps failed", e);
              }
            });
  }

  private void next(Job job) {
    if (settings.distribution() == Distribution.SHARED || phase != Phase.ACTIVE) {
      return;
    }
    Job next = queues.next(job.entry.order());
    if (next != null) {
      bench.add(next);
    }
  }

  private void finish(Job job) {
    jobs--;
    bytes -= job.bytes;
    if (phase == Phase.OVER) {
      return;
    }
    if (job.position.sameEpoch(progress.through())) {
      progress.done(job.position.offset());
    }
    ids.add(job.entry.id(), services.scheduler().nanoTime());
    changed();
    inflow.onRoom();
  }

  private void changed() {
    dirty = true;
    plan(PAUSE);
  }

  private void plan(Duration delay) {
    if (hold != null && !writePlanned && !writing && phase == Phase.ACTIVE) {
      writePlanned = true;
      later(
          () -> {
            writePlanned = false;
            write();
          },
          delay);
    }
  }

  private void renew() {
    if (phase != Phase.OVER) {
      write();
      later(this::renew, Crew.RENEWAL);
    }
  }

  private void write() {
    if (hold == null || writing || phase == Phase.OVER) {
      return;
    }
    writing = true;
    CompletableFuture<?> unused =
        hold.write(writes())
            .whenComplete((held, failure) -> lane.run(() -> onWritten(held, failure)));
  }

  private List<Write> writes() {
    dirty = false;
    List<Write> writes = new ArrayList<>(ids.writes());
    writes.add(Write.put(PROGRESS, Version.ANY, progress.encode()));
    return writes;
  }

  private void onWritten(@Nullable Boolean held, @Nullable Throwable failure) {
    writing = false;
    if (failure != null) {
      ids.onNotWritten();
      dirty = true;
      plan(RETRY);
    } else if (!Boolean.TRUE.equals(held)) {
      log.warn("partition {} was lost to another worker, or to an outage", partition);
      end();
      return;
    } else {
      List<Job> waiting = List.copyOf(parked);
      parked.clear(); // some may be parked again at once
      waiting.forEach(bench::add);
      if (dirty) {
        plan(PAUSE);
      }
    }
    endIfIdle();
  }

  private void endIfIdle() {
    if (phase != Phase.LEAVING || running > 0 || writing) {
      return;
    }
    if (hold == null) {
      end();
      return;
    }
    writing = true;
    CompletableFuture<?> unused =
        hold.release(writes()).whenComplete((done, failure) -> lane.run(this::end));
  }

  private void end() {
    if (phase != Phase.OVER) {
      phase = Phase.OVER;
      inflow.close();
      forgetWaiting();
      onEnd.accept(this);
    }
  }

  private void forgetWaiting() {
    queues.clear();
    parked.clear();
  }

  private void later(Runnable task, Duration delay) {
    Scheduler scheduler = services.scheduler();
    scheduler.schedule(() -> lane.run(task), delay);
  }
}
