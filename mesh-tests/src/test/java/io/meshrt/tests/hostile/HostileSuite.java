// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * A server that opens everything, so that nothing is refused before it is read, with a client on it
 * that minds its own business. Malformed messages do not end a connection here.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class HostileSuite {
  /** In the neighbour's metadata, where nobody has a reason to look. */
  private static final String SECRET = "only-the-neighbour-knows";

  private static final Pattern INTERNAL =
      Pattern.compile(
          "Exception|Throwable|\\bat [a-z]+\\.|\\.java\\b|\\b(java|javax|io\\.meshrt|io\\.undertow"
              + "|org\\.redisson|com\\.fasterxml)\\.|/home/|/tmp/|/root/|NullPointer|\\$\\$");
  private static final Pattern ANY = Pattern.compile("(?s).*");

  private Trouble trouble;
  private MeshServer server;
  private V1Socket neighbour;
  private int asked;

  @BeforeAll
  void start() throws Exception {
    trouble = Trouble.watch();
    server = configured(Local.server()).build();
    open(server);
    server.start();
    neighbour = V1Socket.open(server.port());
    neighbour.send(++asked, "mesh/set-my-connection-metadata", Map.of("metadata", SECRET));
    assertThat(neighbour.next().at("/payload/success").asBoolean()).isTrue();
    trouble.forget();
  }

  @AfterAll
  void stop() throws Exception {
    neighbour.close();
    server.close();
    trouble.close();
  }

  /** The server of this suite, before it is built. */
  MeshServerBuilder configured(MeshServerBuilder builder) {
    return builder
        .limits(ConnectionLimits.defaults().withMaxMalformed(Integer.MAX_VALUE))
        .authentication(
            AuthenticationOptions.defaults()
                .withMessage(
                    (credentials, who) ->
                        credentials.asText().equals("me")
                            ? Authentication.accept(Identity.of("me"))
                            : Authentication.reject()));
  }

  /** What the server offers. */
  void open(MeshServer offered) {
    offered.registerCommand("echo", ctx -> ctx.rawPayload(), CommandOptions.runNonBlocking());
    offered.exposeRoom(ANY);
    offered.exposeRoomMetadata(ANY, (connection, name) -> true);
    offered.exposeConnectionMetadata((connection, id) -> true);
    offered.exposeOwnMetadataWrites((connection, id) -> true);
    offered.trackPresence(ANY, PresenceOptions.defaults());
    offered.exposeChannel(ANY);
    offered.exposePublish(ANY, (connection, name) -> true);
    offered.exposeRecord(ANY);
    offered.exposeWritableRecord(ANY);
    offered
        .collections()
        .expose(ANY, "", (connection, id) -> CompletableFuture.completedFuture(List.of()));
  }

  final MeshServer server() {
    return server;
  }

  final int port() {
    return server.port();
  }

  final Trouble trouble() {
    return trouble;
  }

  /** What an attacker was told holds nothing of ours or of others, and all else is as before. */
  final void assertHarmless(String told) throws IOException {
    assertThat(told).doesNotContainPattern(INTERNAL).doesNotContain(SECRET);
    assertNeighbourIsAnswered();
    trouble.assertAtMostOneLine();
  }

  final void assertNeighbourIsAnswered() throws IOException {
    neighbour.send(++asked, "echo", "fine " + asked);
    JsonNode answer = neighbour.nextOrPing();
    while (answer.path("command").asText().equals("ping")) {
      neighbour.sendText("{\"command\":\"pong\"}");
      answer = neighbour.nextOrPing();
    }
    assertThat(answer.path("payload").asText()).isEqualTo("fine " + asked);
  }
}
