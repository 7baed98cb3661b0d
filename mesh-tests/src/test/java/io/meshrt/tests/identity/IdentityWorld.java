// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers and clients for one test. A client that names somebody as bearer has that identity. */
abstract class IdentityWorld {
  private MeshCluster cluster;

  abstract Deployment deployment();

  void setUp(MeshServer server) {}

  /** Sets more than what all have. */
  MeshServerBuilder options(MeshServerBuilder builder) {
    return builder;
  }

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    options(builder)
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

  final List<MeshServer> nodes() {
    return cluster.nodes();
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

  /** Hearing one's identity begins with the connection, not before it. */
  final void awaitHearing(MeshClient client, String identity) {
    List<String> probes = heard(client, "probe", String.class);
    await()
        .until(
            () -> {
              Outcomes.result(node(0).message("probe", "?").transientOnly().to(identity));
              return !probes.isEmpty();
            });
  }
}
