// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.core.protocol.CloseCode;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.V1Socket;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about the protocol tells what a server does. */
class ProtocolPageIT {
  private static final String PREFIX = "mesh/";
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```json\n(.*?)```");

  /** Every command that a server may answer by itself (mesh-protocol 9, and our own). */
  private static final List<String> BUILT_IN =
      List.of(
          "noop",
          "authenticate",
          "subscribe-channel",
          "unsubscribe-channel",
          "get-channel-history",
          "publish-channel",
          "acknowledge-inbox",
          "subscribe-record",
          "unsubscribe-record",
          "get-record",
          "publish-record-update",
          "join-room",
          "leave-room",
          "restore-rooms",
          "send-to-room",
          "get-connection-metadata",
          "get-my-connection-metadata",
          "set-my-connection-metadata",
          "get-room-metadata",
          "subscribe-presence",
          "unsubscribe-presence",
          "publish-presence-state",
          "clear-presence-state",
          "get-presence-state",
          "subscribe-collection",
          "unsubscribe-collection",
          "transaction");

  @Test
  void pageTellsOfEveryBuiltInCommandThatIsAnswered() throws Exception {
    AuthenticationOptions authentication =
        AuthenticationOptions.defaults().withMessage((credentials, who) -> Authentication.reject());
    TreeSet<String> answered = new TreeSet<>();
    try (MeshServer server = Local.server().authentication(authentication).build()) {
      server.start();
      try (V1Socket socket = V1Socket.open(server.port())) {
        for (String name : BUILT_IN) {
          socket.send(BUILT_IN.indexOf(name) + 1L, PREFIX + name, Map.of());
          if (!socket.next().path("error").path("message").asText().startsWith("Command ")) {
            answered.add(PREFIX + name);
          }
        }
      }
    }

    TreeSet<String> told = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `(mesh/[a-z-]+)` \\|").matcher(builtInCommands());
    while (row.find()) {
      told.add(row.group(1));
    }
    assertThat(told).isEqualTo(answered);
  }

  @Test
  void pageTellsOfEveryCode() throws IOException {
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(page()).contains("`" + code.wire() + "`");
    }
    for (CloseCode code : CloseCode.values()) {
      assertThat(page()).containsPattern("\\b" + code.code() + "\\b");
    }
  }

  @Test
  void examplesAreJson() throws IOException {
    Matcher example = EXAMPLE.matcher(page());
    int frames = 0;
    while (example.find()) {
      try (MappingIterator<JsonNode> values =
          new ObjectMapper().readerFor(JsonNode.class).readValues(example.group(1))) {
        frames += values.readAll().size();
      }
    }
    assertThat(frames).isGreaterThan(5);
  }

  private static String builtInCommands() throws IOException {
    String page = page();
    int from = page.indexOf("| command | payload | reply |");
    return page.substring(from, page.indexOf("\n\n", from));
  }

  private static String page() throws IOException {
    return Pages.text(Pages.ROOT.resolve("docs/protocol.md"));
  }
}
