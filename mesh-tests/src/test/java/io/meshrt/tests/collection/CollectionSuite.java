// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.collection;

import io.meshrt.client.MeshClient;
import io.meshrt.client.collection.CollectionOptions;
import io.meshrt.client.collection.CollectionSubscription;
import io.meshrt.server.MeshServer;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.collection.CollectionResolver;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers with collections, and clients. */
abstract class CollectionSuite {
  private static final String LIST = "list:";

  private MeshCluster cluster;

  /** What most records hold. */
  record Task(String title, int priority, boolean done) {}

  abstract Deployment deployment();

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    builder
                        .collectionLimits(CollectionLimits.defaults().withMaxPageRecords(50))
                        .limits(
                            ConnectionLimits.defaults().withStallTimeout(Duration.ofMinutes(1))),
                CollectionSuite::expose);
  }

  private static void expose(MeshServer server) {
    server.exposeWritableRecord(Pattern.compile(".*"));
    server.exposeRecord(Pattern.compile(".*"));
    server.exposeCollection("tasks", CollectionQuery.of("task:"));
    server.exposeCollection(
        "urgent",
        CollectionQuery.of("task:", Task.class)
            .where(task -> !task.done())
            .orderedBy(Comparator.comparingInt(Task::priority))
            .limit(3));
    server.exposeCollection(Pattern.compile("listed:.+"), listed(server));
  }

  /** What the record of its name lists. */
  private static CollectionResolver listed(MeshServer server) {
    return (connection, id) ->
        server
            .getRecord(LIST + id, String[].class)
            .thenApply(
                found -> {
                  String[] ids = found.isEmpty() ? null : found.get().value();
                  return ids == null ? List.of() : List.of(ids);
                });
  }

  @AfterEach
  final void close() {
    cluster.close();
  }

  final MeshServer node(int number) {
    return cluster.node(number);
  }

  final MeshClient client(int node) throws Exception {
    return cluster.client(node);
  }

  static <T> CollectionSubscription<T> follow(
      MeshClient client, String id, Class<T> type, Log<T> log) throws Exception {
    return Outcomes.result(client.subscribeCollection(id, type, log, CollectionOptions.defaults()));
  }

  /** Writes a record, and waits until that is done. */
  final void write(int node, String id, Object value) throws Exception {
    Outcomes.result(node(node).publishRecordUpdate(id, value));
  }

  /** Writes what a resolver tells. */
  final void list(int node, String collection, String... ids) throws Exception {
    write(node, LIST + collection, ids);
  }

  /** Deletes a record, and waits until that is done. */
  final void delete(int node, String id) throws Exception {
    Outcomes.result(node(node).deleteRecord(id));
  }

  static Task task(int priority) {
    return new Task("some", priority, false);
  }
}
