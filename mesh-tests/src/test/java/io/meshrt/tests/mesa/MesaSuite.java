// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.mesa.MesaOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.cluster.Deployment;
import io.meshrt.tests.harness.Outcomes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Servers with an endpoint for Mesa's clients. Whoever says an id is that identity. */
abstract class MesaSuite {
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  /** What the authenticator was asked about. */
  final List<String> credentials = new CopyOnWriteArrayList<>();

  private MeshCluster cluster;

  abstract Deployment deployment();

  MesaOptions options() {
    return MesaOptions.defaults();
  }

  MeshServerBuilder further(MeshServerBuilder builder) {
    return builder;
  }

  boolean required() {
    return false;
  }

  @BeforeEach
  final void start() {
    cluster =
        deployment()
            .start(
                builder ->
                    further(
                        builder
                            .path("/native")
                            .mesa("/mesa", options())
                            .meterRegistry(registry)
                            .authentication(
                                AuthenticationOptions.defaults()
                                    .withMessage((sent, who) -> decide(sent))
                                    .withFirstMessageTimeout(firstMessageTimeout())
                                    .withRequired(required()))),
                this::setUp);
  }

  Duration firstMessageTimeout() {
    return Duration.ofSeconds(5);
  }

  private Authentication decide(JsonNode sent) {
    credentials.add(sent.toString());
    JsonNode id = sent.get("id");
    if (id == null) {
      return Authentication.reject();
    }
    Identity identity = Identity.of(id.asText());
    return Authentication.accept(
        sent.has("name")
            ? identity.withClaims(
                JsonNodeFactory.instance.objectNode().put("name", sent.get("name").asText()))
            : identity);
  }

  void setUp(MeshServer server) {
    server.registerCommand("ECHO", context -> context.payload());
    server.registerCommand("SILENT", context -> null);
    server.registerCommand(
        "FAIL",
        context -> {
          throw CommandException.badRequest("x: missing");
        });
  }

  @AfterEach
  final void close() {
    cluster.close();
  }

  final MeshServer node(int number) {
    return cluster.node(number);
  }

  final int port(int node) {
    return node(node).port();
  }

  final MesaSocket connect(int node) throws IOException {
    return MesaSocket.open(port(node));
  }

  final MesaSocket connect(int node, String identity) throws IOException {
    return MesaSocket.open(port(node), identity);
  }

  /** Keeps numbers, one after the other. */
  final void keep(int node, String identity, int first, int last) throws Exception {
    for (int number = first; number <= last; number++) {
      Outcomes.result(node(node).inboxes().keep(identity, "NOTE", number));
    }
  }

  /** Waits until servers have taken so many acknowledgements in all. */
  final void awaitAcknowledgements(int count) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> registry.counter("mesh.inbox.acknowledgements").count() >= count);
  }

  static String note(int number) {
    return "{\"op\":0,\"d\":" + number + ",\"t\":\"NOTE\"}";
  }

  static String note(int number, int sequence) {
    return "{\"op\":0,\"d\":" + number + ",\"t\":\"NOTE\",\"s\":" + sequence + "}";
  }
}
