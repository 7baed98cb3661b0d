// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandResult;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The published JavaScript client, unmodified, against our server. */
@Tag("full")
@Tag("interop")
class PublishedClientIT {
  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientRunsCommandsAndSurvivesReconnect() throws Exception {
    NodePrograms.install();
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      server.registerCommand("echo", ctx -> ctx.rawPayload());
      server.registerCommand("void", ctx -> CommandResult.none());
      server.registerCommand(
          "refuse",
          ctx -> {
            throw CommandException.accessDenied("not you");
          });
      server.registerCommand(
          "drop-me",
          ctx -> {
            ctx.connection().close(1012, "come back");
            return true;
          });
      server.start();

      Map<String, JsonNode> facts =
          NodePrograms.facts("realtime-client.mjs", "ws://127.0.0.1:" + server.port());

      assertThat(facts.get("connectionId").asText()).isNotEmpty();
      assertThat(facts.get("echo").asText()).isEqualTo("Hello!");
      assertThat(facts.get("object"))
          .isEqualTo(NodePrograms.JSON.readTree("{\"a\":[1,2,{\"b\":null}],\"text\":\"ü€😀\"}"));
      assertThat(facts.get("void").asBoolean()).isTrue();
      assertThat(facts.get("unknown"))
          .isEqualTo(
              NodePrograms.JSON.readTree(
                  "{\"error\":\"Command \\\"nope\\\" not found\",\"code\":\"ENOTFOUND\","
                      + "\"name\":\"CommandError\"}"));
      assertThat(facts.get("refused").get("code").asText()).isEqualTo("EACCESS");
      assertThat(facts.get("many").asBoolean()).isTrue();
      assertThat(facts.get("reconnected").asText()).isEqualTo(facts.get("status").asText());
      assertThat(facts.get("echoAgain").asText()).isEqualTo("again");
      assertThat(facts).containsKey("done");
    }
  }
}
