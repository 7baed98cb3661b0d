// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.metrics.Outcome;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.work.ClusterClock;
import io.meshrt.server.internal.work.WorkAnswer;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.internal.work.WorkTime;
import io.meshrt.server.worker.ConnectionEvent;
import io.meshrt.server.worker.ConnectionEventHandler;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one job after the other has been chosen: in time or not at all, on handler threads, to its
 * answer. {@link #run} belongs to the lane.
 */
final class Runner {
  private static final Logger log = LoggerFactory.getLogger(Runner.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** A handler that runs for so long is warned of, once. */
  private static final Duration WARNING = Duration.ofMinutes(1);

  /** So long after the time to begin no server waits for a word any more. */
  private static final Duration DECIDED = Duration.ofSeconds(-1);

  private static final int MAX_ATTEMPTS = 30;

  private final WorkerServices services;
  private final WorkerSettings settings;
  private final ClusterClock clock;
  private final Lane lane;
  private final Bench bench;

  Runner(WorkerServices services, WorkerSettings settings, ClusterClock clock, Lane lane) {
    this.services = services;
    this.settings = settings;
    this.clock = clock;
    this.lane = lane;
    this.bench = new Bench(settings.concurrency(), this::run);
  }

  Bench bench() {
    return bench;
  }

  private void run(Job job) {
    WorkEntry entry = job.entry;
    if (settings.observer() || entry.startByMillis() == 0) {
      begin(job);
    } else if (isOver(entry, Duration.ZERO)) {
      expire(job);
    } else if (isOver(entry, close(job))) {
      announce(job);
    } else {
      begin(job);
    }
  }

  /** How close to the end it may still begin without another word. */
  private static Duration close(Job job) {
    return job.announced ? Duration.ZERO : WorkTime.CLOSE;
  }

  /** Whether the time to begin is over, or so close to its end. */
  private boolean isOver(WorkEntry entry, Duration close) {
    long left = entry.startByMillis() - clock.latest().orElse(Long.MAX_VALUE);
    return left <= close.toMillis();
  }

  private void expire(Job job) {
    services.meter().expired();
    job.tenure.onSkipped(job);
    bench.onFree();
  }

  /** Says first that it begins: what is said later might be too late. */
  private void announce(Job job) {
    CompletableFuture<?> unused =
        tellBegun(job.entry)
            .whenComplete((told, failure) -> lane.run(() -> onAnnounced(job, failure)));
  }

  private void onAnnounced(Job job, @Nullable Throwable failure) {
    job.announced = failure == null;
    goOn(job, job.announced);
  }

  /** When its turn to run had come, too much time had passed since. */
  private void onLate(Job job) {
    job.tenure.onNotBegun(job);
    goOn(job, true);
  }

  private void goOn(Job job, boolean allowed) {
    switch (job.tenure.leaveFor()) {
      case NEVER -> bench.onFree(); // somebody else finds it
      case WAIT -> {
        job.tenure.park(job);
        bench.onFree();
      }
      case RUN -> {
        if (allowed) {
          run(job);
        } else {
          expire(job);
        }
      }
    }
  }

  private CompletableFuture<Boolean> tellBegun(WorkEntry entry) {
    String node = entry.client().nodeId();
    return services.mail().tell(node, WorkAnswer.BEGUN, WorkAnswer.begun(entry.id()));
  }

  private void begin(Job job) {
    int delivery = job.tenure.begin(job);
    Run run = new Run(job, delivery);
    if (!services.threads().execute(run)) {
      bench.onFree(); // the worker is over
    }
  }

  /** One run of a handler. */
  private final class Run implements Runnable {
    private final Job job;
    private final WorkEntry entry;
    private final int delivery;
    private final boolean answers;
    private volatile long begunNanos;
    private volatile boolean ended;
    private volatile Scheduler.@Nullable Timer timer;

    Run(Job job, int delivery) {
      this.job = job;
      this.entry = job.entry;
      this.delivery = delivery;
      this.answers = entry.answered() && !settings.observer();
    }

    @Override
    public void run() {
      if (isLate()) {
        lane.run(() -> onLate(job));
        return;
      }
      begunNanos = services.scheduler().nanoTime();
      timer = services.scheduler().schedule(this::onLong, WorkTime.LONG);
      Object result;
      try {
        result = handle();
      } catch (Throwable e) {
        end(null, e);
        return;
      } finally {
        Thread.interrupted(); // left behind, it would break the next
      }
      if (result instanceof CompletionStage<?> stage) {
        CompletionStage<?> unused = stage.whenComplete(this::end);
      } else {
        end(result, null);
      }
    }

    /** Asked again, now that a thread is here: it may have been long in coming. */
    private boolean isLate() {
      boolean ends = entry.startByMillis() != 0 && !settings.observer();
      return !job.tenure.isSafe() || (ends && isOver(entry, close(job)));
    }

    private void onLong() {
      if (!ended) {
        timer = services.scheduler().schedule(this::warn, WARNING.minus(WorkTime.LONG));
        if (answers) {
          noteBegun();
        }
      }
    }

    private void warn() {
      if (!ended) {
        log.warn(
            "{} {} {} of connection {} runs for a minute: the next of its client waits",
            entry.kind(),
            entry.command(),
            entry.id(),
            entry.client().connectionId());
      }
    }

    /** Until it has been told, or it is decided without. */
    private void noteBegun() {
      if (ended || isOver(entry, DECIDED)) {
        return;
      }
      CompletableFuture<?> unused =
          tellBegun(entry)
              .whenComplete(
                  (told, failure) -> {
                    if (!Boolean.TRUE.equals(told)) {
                      services.scheduler().schedule(this::noteBegun, RETRY);
                    }
                  });
    }

    private @Nullable Object handle() throws Exception {
      if (entry.kind() == WorkEntry.Kind.COMMAND) {
        Handlers.Command handler = settings.handlers().of(entry.command());
        if (handler == null) {
          throw CommandException.notFound("No worker knows this command.");
        }
        return handler.run(new Delivery(entry, delivery, services.json()));
      }
      ConnectionEventHandler handler = settings.handlers().events().get(entry.kind());
      if (handler != null) {
        handler.onEvent(
            new ConnectionEvent(
                entry.client(), entry.id(), delivery, entry.code(), entry.reason()));
      }
      return null;
    }

    private void end(@Nullable Object result, @Nullable Throwable failure) {
      WorkAnswer answer = answer(result, failure);
      lane.run(
          () -> {
            job.tenure.onHandled(job);
            bench.onFree();
          });
      ended = true;
      Scheduler.Timer current = timer;
      if (current != null) {
        current.cancel();
      }
      if (answers) {
        send(answer.encode(), 1);
      } else {
        lane.run(() -> job.tenure.onDone(job));
      }
    }

    private WorkAnswer answer(@Nullable Object result, @Nullable Throwable failure) {
      Throwable error = failure;
      if (error == null) {
        try {
          RawJson payload = result instanceof CommandResult ? null : services.json().encode(result);
          record(Outcome.OK);
          return new WorkAnswer(entry.id(), payload, null);
        } catch (RuntimeException e) {
          error = e;
        }
      }
      for (int i = 0; error instanceof CompletionException && error.getCause() != null; i++) {
        error = i < 16 ? error.getCause() : new IllegalStateException("too many causes");
      }
      if (error instanceof CommandException meant) {
        record(Outcome.FAILED);
        return new WorkAnswer(entry.id(), null, meant);
      }
      record(Outcome.ERROR);
      String errorId = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
      log.error(
          "{} {} of connection {} failed, error id {}",
          entry.kind(),
          entry.id(),
          entry.client().connectionId(),
          errorId,
          error);
      String text = "The command failed in a worker. Error id: " + errorId;
      return new WorkAnswer(entry.id(), null, new CommandException(ErrorCode.SERVER, text));
    }

    private void record(Outcome outcome) {
      services.meter().handled(outcome, services.scheduler().nanoTime() - begunNanos);
    }

    /** Until it is on its way; a node that is gone needs none. */
    private void send(JsonNode answer, int attempt) {
      CompletableFuture<?> unused =
          services
              .mail()
              .tell(entry.client().nodeId(), WorkAnswer.ANSWER, answer)
              .whenComplete(
                  (told, failure) -> {
                    if (failure == null || attempt == MAX_ATTEMPTS) {
                      lane.run(() -> job.tenure.onDone(job));
                    } else {
                      services.scheduler().schedule(() -> send(answer, attempt + 1), RETRY);
                    }
                  });
    }
  }
}
