// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.patch.JsonMerge;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.metrics.RecordedMetrics;
import io.meshrt.server.record.RecordLimits;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A node that only writes records, and counts what it asks of the store. */
final class WriterNode implements AutoCloseable {
  final AtomicInteger requests = new AtomicInteger();

  /** The next commit is done, but its answer does not come. */
  final AtomicBoolean losesAnswer = new AtomicBoolean();

  final RecordedMetrics metrics = new RecordedMetrics();
  final ExecutorService executor = Executors.newFixedThreadPool(2);
  final Cluster cluster;
  final RecordWriter writer;

  WriterNode(TestNode node, long seed, RecordLimits limits) {
    this.cluster = node.cluster();
    RecordWriter.Tools tools =
        new RecordWriter.Tools(
            new RecordJson(limits, metrics),
            node.timers(),
            executor,
            new Stamps(new Tokens(seed), node.timers()),
            metrics.records(),
            id -> Duration.ZERO,
            new Listing(node.cluster().catalogs(), id -> true));
    this.writer =
        new RecordWriter(
            new CountedStore(node.store()),
            new GroupTurns(metrics),
            new Bases(1 << 20),
            tools,
            (group, id) -> Optional.empty());
  }

  CompletableFuture<Job.Done> put(String id, String json) {
    return change(id, before -> json(json));
  }

  CompletableFuture<Job.Done> merge(String id, String json) {
    return change(id, before -> JsonMerge.shallow(before, json(json)));
  }

  /** Changes a record of its own group. */
  CompletableFuture<Job.Done> change(String id, UnaryOperator<JsonNode> change) {
    return change(id, null, change);
  }

  CompletableFuture<Job.Done> change(
      String id, Job.Expected expected, UnaryOperator<JsonNode> change) {
    Job.Work work = bases -> Map.of(id, Job.Next.value(change.apply(bases.get(id).value())));
    return run(Job.of(id, id, expected, work)).thenApply(done -> done.get(id));
  }

  CompletableFuture<Job.Done> delete(String id) {
    return run(Job.of(id, id, null, bases -> Map.of(id, Job.Next.DELETED)))
        .thenApply(done -> done.get(id));
  }

  CompletableFuture<Map<String, Job.Done>> run(Job job) {
    return writer.write(job, done -> {});
  }

  static JsonNode json(String json) {
    return RecordJson.tree(RawJson.ofValid(json.getBytes(UTF_8)));
  }

  @Override
  public void close() {
    executor.shutdown();
  }

  private final class CountedStore implements Store {
    private final Store store;

    CountedStore(Store store) {
      this.store = store;
    }

    @Override
    public CompletableFuture<Map<String, Stored>> read(Topic topic, Collection<String> keys) {
      requests.incrementAndGet();
      return store.read(topic, keys);
    }

    @Override
    public CompletableFuture<Map<Topic, Map<String, Stored>>> readAcross(
        Map<Topic, ? extends Collection<String>> keys) {
      requests.incrementAndGet();
      return store.readAcross(keys);
    }

    @Override
    public CompletableFuture<Map<String, Stored>> readAll(Topic topic) {
      requests.incrementAndGet();
      return store.readAll(topic);
    }

    @Override
    public CompletableFuture<Commit> commit(
        Topic topic, List<Write> writes, Optional<Outgoing> publication, Optional<Notice> notice) {
      requests.incrementAndGet();
      CompletableFuture<Commit> commit = store.commit(topic, writes, publication, notice);
      return losesAnswer.getAndSet(false)
          ? commit.thenApply(
              done -> {
                throw CommandException.unavailable("no answer");
              })
          : commit;
    }
  }
}
