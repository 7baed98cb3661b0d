// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.work.Crew;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.worker.Distribution;
import io.meshrt.server.worker.WorkGap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
  private static final Logger log = LoggerFactory.getLogger(Tenure.class);
  private static final String PROGRESS = "progress";

  /** Longer than a topic that nobody publishes on remembers its numbers. */
  private static final Duration REMEMBERED = Duration.ofDays(31);

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
  private final Places places = new Places();

  /** Jobs that are not done, by id: what comes again meanwhile is the same work. */
  private final Map<String, Job> present = new HashMap<>();

  private final List<Job> parked = new ArrayList<>();
  private final Consumer<Tenure> onEnd;

  private Phase phase = Phase.ACTIVE;
  private int running;
  private boolean saidStrange;
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
    this.inflow =
        new Inflow(
            services.cluster().topics(),
            settings.group().partition(partition),
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
    return isSafe() ? Leave.RUN : Leave.WAIT;
  }

  /** Whether nobody else can have the partition; from any thread. */
  boolean isSafe() {
    return hold == null || hold.isSafe();
  }

  /** Keeps a job until the partition is known to be held. */
  void park(Job job) {
    parked.add(job);
  }

  /** A job's handler is about to run; tells which delivery it is. */
  int begin(Job job) {
    running++;
    job.running = true;
    if (hold == null) {
      return 1;
    }
    changed();
    int delivery = 1;
    for (Position position : job.positions) {
      if (position.sameEpoch(progress.through())) {
        delivery = Math.max(delivery, progress.begin(position.offset()));
      }
    }
    return delivery;
  }

  /** It did not run: by then it was too late, or not known to be ours. */
  void onNotBegun(Job job) {
    running--;
    job.running = false;
    job.positions.stream()
        .filter(position -> position.sameEpoch(progress.through()))
        .forEach(position -> progress.unbegin(position.offset()));
    changed();
    endIfIdle();
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
    return phase == Phase.ACTIVE ? places.room() : 0;
  }

  @Override
  public void onWork(Publication work) {
    Position position = work.position();
    if (progress.isDone(position.offset())) {
      return;
    }
    WorkEntry entry = WorkEntry.decode(work.payload()).orElse(null);
    Job earlier = entry == null ? null : present.get(entry.id());
    if (entry == null) {
      sayStrange();
      progress.done(position.offset());
      changed();
    } else if (earlier != null) {
      services.meter().repeated();
      earlier.positions.add(position);
      if (earlier.running) {
        progress.begin(position.offset());
      }
    } else if (ids.contains(entry.id())) {
      services.meter().repeated();
      progress.done(position.offset());
      changed();
    } else {
      add(new Job(this, entry, position, work.payload().length));
    }
  }

  private void add(Job job) {
    present.put(job.entry.id(), job);
    places.add(job);
    if (settings.distribution() == Distribution.SHARED || queues.add(job.entry.order(), job)) {
      bench.add(job);
    }
  }

  private void sayStrange() {
    if (!saidStrange) {
      saidStrange = true;
      log.warn("something that is no work lies in partition {}", partition);
    }
  }

  @Override
  public void onMissing(long first, long last) {
    long missing = progress.done(first, last);
    changed();
    if (missing > 0) {
      tellGap(missing);
    }
  }

  @Override
  public void onRestart(Position position, boolean lost) {
    progress.reset(position);
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
    places.remove(job);
    present.remove(job.entry.id(), job);
    if (phase == Phase.OVER) {
      return;
    }
    job.positions.stream()
        .filter(position -> position.sameEpoch(progress.through()))
        .forEach(position -> progress.done(position.offset()));
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
    writes.add(Write.put(PROGRESS, Version.ANY, progress.encode(), REMEMBERED));
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
    services.scheduler().schedule(() -> lane.run(task), delay);
  }
}
