// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.inbox;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.inbox.InboxSubscription;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.testkit.RawWebSocket;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.V1Socket;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers that keep messages, and clients. One that names somebody as bearer has that identity. */
abstract class InboxSuite {
  /** The listener has handled each message before the next one is given, and the server knows. */
  static final InboxOptions PROMPT = InboxOptions.defaults().withPace(1, Duration.ofMillis(100));

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private MeshCluster cluster;

  abstract Deployment deployment();

  /** What the servers keep. */
  io.meshrt.server.inbox.InboxOptions kept() {
    return io.meshrt.server.inbox.InboxOptions.defaults();
  }

  /** Registers more than what all have. */
  void setUp(MeshServer server) {}

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    builder
                        .inboxes(kept())
                        .meterRegistry(registry)
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

  final MeshClient anonymous(int node) throws Exception {
    return cluster.client(node);
  }

  final MeshClient named(int node, String identity) throws Exception {
    return cluster.client(node, builder -> as(builder, identity));
  }

  /** Comes back soon, and as the same. */
  static MeshClientBuilder as(MeshClientBuilder builder, String identity) {
    return builder
        .header("Authorization", "Bearer " + identity)
        .reconnect(ReconnectPolicy.fullJitter(Duration.ofMillis(10), Duration.ofMillis(100)));
  }

  /** A connection that speaks by hand. */
  final V1Socket raw(int node, String identity) throws IOException {
    return V1Socket.open(
        RawWebSocket.to(node(node).port()).header("Authorization", "Bearer " + identity));
  }

  static InboxSubscription open(MeshClient client, InboxListener listener) throws Exception {
    return open(client, listener, InboxOptions.defaults());
  }

  static InboxSubscription open(MeshClient client, InboxListener listener, InboxOptions options)
      throws Exception {
    return Outcomes.result(client.inbox(listener, options));
  }

  /** Keeps numbers, one after the other. */
  final void keep(int node, String identity, int first, int last) throws Exception {
    for (int number = first; number <= last; number++) {
      Outcomes.result(node(node).inboxes().keep(identity, "note", number));
    }
  }

  /** Waits until servers have taken so many acknowledgements in all. */
  final void awaitAcknowledgements(int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> registry.counter("mesh.inbox.acknowledgements").count() >= count);
  }

  /** Waits until the servers know that the device without a name has handled so much. */
  final void awaitHandled(String identity, long offset) {
    awaitHandled(identity, Map.of("channel", "mesh/inbox"), offset);
  }

  /** As the device that a request names. */
  final void awaitHandled(String identity, Map<String, String> request, long offset) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              try (V1Socket socket = raw(0, identity)) {
                socket.send(1, "mesh/subscribe-channel", request);
                return socket.next().at("/payload/after/offset").asLong() == offset;
              }
            });
  }

  static List<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(String::valueOf).toList();
  }

  static String codeOf(JsonNode frame) {
    return frame.at("/error/code").asText();
  }
}
