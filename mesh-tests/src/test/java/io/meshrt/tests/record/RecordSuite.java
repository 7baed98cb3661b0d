// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.server.MeshServer;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers with records, and clients. */
abstract class RecordSuite {
  private MeshCluster cluster;

  abstract Deployment deployment();

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder -> builder,
                server -> {
                  server.exposeRecord(Pattern.compile("doc:.+|bank/.+|till/.+"));
                  server.exposeWritableRecord(Pattern.compile("doc:.+|till/.+"));
                  server
                      .records()
                      .policy(
                          Pattern.compile("bank/.+"),
                          RecordPolicy.defaults().withGroup(id -> "bank"));
                  server
                      .records()
                      .policy(
                          Pattern.compile("till/.+"),
                          RecordPolicy.defaults().withGroup(id -> "till"));
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

  static <T> RecordSubscription<T> follow(
      MeshClient client, String id, Class<T> type, Log<T> log, RecordMode mode) throws Exception {
    return Outcomes.result(client.subscribeRecord(id, type, log, mode, RecordOptions.defaults()));
  }

  /** Writes a record, and waits until that is done. */
  final void write(int node, String id, Object value) throws Exception {
    Outcomes.result(node(node).publishRecordUpdate(id, value));
  }
}
