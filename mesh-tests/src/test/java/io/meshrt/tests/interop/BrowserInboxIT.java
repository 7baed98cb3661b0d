// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.inbox.InboxOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The inbox of the browser client, in Node, against a server. */
@Tag("full")
@Tag("interop")
class BrowserInboxIT {
  private static final Path MODULES =
      Path.of("..", "mesh-client", "src/main/resources/META-INF/resources/mesh")
          .toAbsolutePath()
          .normalize();

  /** Numbers to be kept, one after the other. */
  private record Numbers(String identity, int first, int last) {
    static Numbers of(CommandContext context) {
      JsonNode payload = context.payload(JsonNode.class);
      return new Numbers(payload.get(0).asText(), payload.get(1).asInt(), payload.get(2).asInt());
    }

    void keep(MeshServer server) {
      for (int number = first; number <= last; number++) {
        server.inboxes().keep(identity, "note", number).join();
      }
    }
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.MINUTES)
  void eachMessageComesOnceWhateverHappensToTheConnection() throws Exception {
    NodePrograms.install();
    Map<String, JsonNode> facts;
    try (MeshServer server = server()) {
      server.registerCommand("keep", context -> keep(server, context));
      server.registerCommand("drop", context -> drop(server, context));
      server.start();
      new Numbers("ann", 1, 700).keep(server);
      new Numbers("bob", 1, 3).keep(server);
      facts =
          NodePrograms.facts(
              "browser-inbox.mjs", "ws://127.0.0.1:" + server.port(), MODULES.toString());
    }

    assertFact(facts, "waiting", "true");
    assertFact(facts, "state", "['LIVE',720]");
    assertFact(facts, "again", "'ECONFLICT'");
    assertFact(facts, "cuts", "[true,false]");
    assertFact(facts, "reopened", "[[821],[822],[823]]");
    assertFact(facts, "desk", "[824]");
    assertFact(facts, "tooMany", "'ELIMIT'");
    assertFact(facts, "another", "[825,1,2,3]");
    assertFact(facts, "nobody", "'EUNAUTHORIZED'");
    assertFact(facts, "errors", "[]");
    assertThat(facts).containsKey("done");
  }

  private static MeshServer server() {
    return MeshServer.builder()
        .host("127.0.0.1")
        .port(0)
        .inboxes(InboxOptions.defaults().withMaxDevices(2))
        .authentication(
            AuthenticationOptions.defaults()
                .withMessage(
                    (credentials, connection) ->
                        Authentication.accept(Identity.of(credentials.path("token").asText()))))
        .build();
  }

  private static boolean keep(MeshServer server, CommandContext context) {
    Numbers.of(context).keep(server);
    return true;
  }

  /** Keeps what the client is to miss. */
  private static boolean drop(MeshServer server, CommandContext context) {
    context.connection().close(1012, "come back");
    Numbers.of(context).keep(server);
    return true;
  }

  private static void assertFact(Map<String, JsonNode> facts, String fact, String expected)
      throws Exception {
    JsonNode json = NodePrograms.JSON.readTree(expected.replace('\'', '"'));
    assertThat(facts.get(fact)).as(fact).isEqualTo(json);
  }
}
