// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.channel;

import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers with channels, and clients. One that names somebody as bearer has that identity. */
abstract class ChannelSuite {
  private MeshCluster cluster;

  abstract Deployment deployment();

  /** Registers more than what all have. */
  void setUp(MeshServer server) {}

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    builder
                        .subscriptionLimits(SubscriptionLimits.defaults().withMaxSubscriptions(5))
                        .authentication(
                            request ->
                                request
                                    .bearerToken()
                                    .map(name -> Authentication.accept(Identity.of(name)))
                                    .orElse(Authentication.anonymous())),
                server -> {
                  server.exposeChannel(Pattern.compile("chat:.+"));
                  setUp(server);
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

  final MeshClient client(int node, UnaryOperator<MeshClientBuilder> options) throws Exception {
    return cluster.client(node, options);
  }

  final MeshClient named(int node, String identity) throws Exception {
    return cluster.client(node, builder -> builder.header("Authorization", "Bearer " + identity));
  }

  static <T> ChannelSubscription<T> follow(
      MeshClient client, String channel, Class<T> type, Log<T> log) throws Exception {
    return Outcomes.result(client.subscribe(channel, type, log));
  }

  static <T> ChannelSubscription<T> follow(
      MeshClient client, String channel, Class<T> type, Log<T> log, SubscribeOptions options)
      throws Exception {
    return Outcomes.result(client.subscribe(channel, type, log, options));
  }

  /** Publishes numbers, one after the other, and keeps the newest. */
  final void publish(int node, String channel, int first, int last, int history) throws Exception {
    for (int number = first; number <= last; number++) {
      Outcomes.result(node(node).publishToChannel(channel, number, history));
    }
  }
}
