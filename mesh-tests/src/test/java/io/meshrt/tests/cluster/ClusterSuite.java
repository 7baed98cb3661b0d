// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.MetadataLimits;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.testkit.MeshCluster;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers and clients for one test. A client that names somebody as bearer has that identity. */
abstract class ClusterSuite {
  private MeshCluster cluster;

  abstract Deployment deployment();

  abstract void setUp(MeshServer server);

  SubscriptionLimits subscriptionLimits() {
    return SubscriptionLimits.defaults();
  }

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    builder
                        .subscriptionLimits(subscriptionLimits())
                        .metadataLimits(new MetadataLimits(200, 300, 100))
                        .authentication(
                            request ->
                                request
                                    .bearerToken()
                                    .map(name -> Authentication.accept(Identity.of(name)))
                                    .orElse(Authentication.anonymous())),
                this::setUp);
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

  final MeshClient client(int node, String identity) throws Exception {
    return cluster.client(node, builder -> builder.header("Authorization", "Bearer " + identity));
  }

  static String id(MeshClient client) {
    return client.connectionId().orElseThrow();
  }

  /** What a client hears under a name, as it comes. */
  static <T> List<T> heard(MeshClient client, String name, Class<T> type) {
    List<T> heard = new CopyOnWriteArrayList<>();
    client.onMessage(name, type, heard::add);
    return heard;
  }
}
