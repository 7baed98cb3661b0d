// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.work.WorkAnswer;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.worker.Distribution;
import io.meshrt.server.worker.WorkClient;
import io.meshrt.server.worker.WorkGap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Workers of one group in memory, in time and threads that a test moves. */
final class WorkerRig {
  static final WorkGroup GROUP = new WorkGroup("shop");

  private static final Duration STEP = Duration.ofMillis(50);

  final ManualScheduler time = new ManualScheduler();
  final InMemoryWorld world = new InMemoryWorld(time, 42);
  final ManualExecutor delivery = new ManualExecutor();
  private final List<Worker> workers = new ArrayList<>();
  private final Cluster sender = InMemoryCluster.guest(world, "sender", time, delivery);

  /** One worker, whose process can be frozen. */
  final class Worker implements WorkMeter {
    final List<Delivery> begun = new ArrayList<>();
    final List<CompletableFuture<Object>> ends = new ArrayList<>();
    final List<WorkGap> gaps = new ArrayList<>();
    final WorkerCore core;
    int partitions;
    int repeated;
    int expired;
    boolean frozen;
    boolean threadsBusy;
    private final ManualScheduler ownTime = new ManualScheduler();
    private final ManualExecutor handlers = new ManualExecutor();
    private final ManualExecutor heard = new ManualExecutor();
    private final long startNanos = time.nanoTime();

    Worker(String id, int concurrency, Distribution distribution) {
      Cluster cluster = InMemoryCluster.guest(world, id, ownTime, heard);
      core =
          new WorkerCore(
              new WorkerServices(
                  cluster,
                  new NodeMail(cluster, ownTime),
                  ownTime,
                  HandlerThreads.on(handlers, 10_000),
                  new JsonValues(),
                  this),
              new WorkerSettings(
                  id,
                  id,
                  GROUP,
                  concurrency,
                  distribution,
                  false,
                  new Handlers(Map.of("do", this::handle), null, Map.of(), gaps::add)));
      CompletableFuture<?> unused = cluster.start();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // handlers return stages as plain objects
    private Object handle(Delivery delivery) {
      CompletableFuture<Object> end = new CompletableFuture<>();
      begun.add(delivery);
      ends.add(end);
      return end;
    }

    List<String> ids() {
      return begun.stream().map(Delivery::messageId).toList();
    }

    /** Its process runs again, and its clock was not frozen. */
    void wake() {
      frozen = false;
      long missed = time.nanoTime() - startNanos - ownTime.nanoTime();
      ownTime.advance(Duration.ofNanos(missed));
      settle();
    }

    void end(int number) {
      ends.get(number).complete(true);
      settle();
    }

    @Override
    public void partitions(int change) {
      partitions += change;
    }

    @Override
    public void expired() {
      expired++;
    }

    @Override
    public void repeated() {
      repeated++;
    }
  }

  WorkerRig() {
    CompletableFuture<?> unused = sender.start();
    settle();
  }

  /** A worker that has started and has its share. */
  Worker start(String id) {
    return start(id, 100, Distribution.PARTITION);
  }

  Worker start(String id, int concurrency, Distribution distribution) {
    Worker worker = new Worker(id, concurrency, distribution);
    workers.add(worker);
    CompletableFuture<?> unused = worker.core.start();
    advance(Duration.ofSeconds(3));
    return worker;
  }

  void send(String id, String client) {
    send(WorkEntry.command(id, WorkClient.gone(client, "n1"), "do", RawJson.NULL, 0, false));
  }

  /** A command that a node waits for, and that may be begun with for so long. */
  void send(String id, String client, String node, Duration left) {
    long startBy = time.currentTimeMillis() + left.toMillis();
    send(WorkEntry.command(id, WorkClient.gone(client, node), "do", RawJson.NULL, startBy, true));
  }

  private void send(WorkEntry entry) {
    CompletableFuture<?> unused =
        sender.topics().publish(GROUP.partition(entry.partition()), entry.outgoing());
    settle();
  }

  /** Starts a node; the ids of the commands that it hears have begun. */
  List<String> begunHeardBy(String node) {
    List<String> begun = new ArrayList<>();
    Cluster cluster = new InMemoryCluster(world, node, LeaseOptions.defaults(), time, delivery);
    NodeMail mail = new NodeMail(cluster, time);
    mail.handle(
        WorkAnswer.BEGUN,
        letter -> {
          begun.add(letter.path("id").asText());
          return CompletableFuture.completedFuture(null);
        });
    CompletableFuture<?> unused = cluster.start().thenCompose(started -> mail.start());
    settle();
    return begun;
  }

  /** Lets time pass for all that are not frozen. */
  void advance(Duration duration) {
    for (Duration left = duration; !left.isZero(); left = left.minus(STEP)) {
      time.advance(STEP);
      workers.stream().filter(worker -> !worker.frozen).forEach(w -> w.ownTime.advance(STEP));
      settle();
    }
  }

  void settle() {
    boolean busy = true;
    while (busy) {
      busy = delivery.waiting() > 0;
      delivery.runAll();
      for (Worker worker : workers) {
        if (!worker.frozen) {
          busy |= worker.heard.waiting() > 0;
          worker.heard.runAll();
          if (!worker.threadsBusy) {
            busy |= worker.handlers.waiting() > 0;
            worker.handlers.runAll();
          }
        }
      }
    }
  }
}
