// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.fakes.ManualExecutor;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.worker.Distribution;
import io.meshrt.server.worker.WorkClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a topic that lost its memory gives again is not done again. */
class TenureTest {
  private final ManualScheduler time = new ManualScheduler();
  private final Cluster cluster =
      InMemoryCluster.guest(new InMemoryWorld(time, 7), "guest", time, Runnable::run);
  private final List<Job> running = new ArrayList<>();
  private final Bench bench = new Bench(10, this::run);
  private final Tenure tenure =
      new Tenure(
          new WorkerServices(
              cluster,
              new NodeMail(cluster, time),
              time,
              HandlerThreads.on(new ManualExecutor(), 10),
              new JsonValues(),
              WorkMeter.NONE),
          new WorkerSettings(
              "w1",
              "w1",
              new WorkGroup("shop"),
              10,
              Distribution.SHARED,
              true,
              new Handlers(Map.of(), null, Map.of(), gap -> {})),
          new Lane(),
          bench,
          0,
          null,
          Map.of(),
          over -> {});

  private void run(Job job) {
    int unused = job.tenure.begin(job);
    running.add(job);
  }

  private void end(Job job) {
    job.tenure.onHandled(job);
    bench.onFree();
    job.tenure.onDone(job);
  }

  private static Publication work(String epoch, long offset, String id) {
    WorkClient client = WorkClient.gone("c1", "n1");
    WorkEntry entry = WorkEntry.command(id, client, "do", RawJson.NULL, 0, false);
    return new Publication(new Position(epoch, offset), 1, entry.outgoing().payload());
  }

  @Test
  void anotherEpochRunsNothingTwice() {
    tenure.onRestart(new Position("e1", 0), false);
    tenure.onWork(work("e1", 1, "done"));
    end(running.get(0));
    tenure.onWork(work("e1", 2, "under way"));

    tenure.onRestart(new Position("e2", 0), true);
    tenure.onWork(work("e2", 1, "done"));
    tenure.onWork(work("e2", 2, "under way"));
    tenure.onWork(work("e2", 3, "new"));
    end(running.get(1));
    tenure.onWork(work("e2", 2, "under way"));

    assertThat(running)
        .extracting(job -> job.entry.id())
        .containsExactly("done", "under way", "new");
  }
}
