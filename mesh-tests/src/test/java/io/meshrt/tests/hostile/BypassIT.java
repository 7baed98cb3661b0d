// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.connection.Connection;
import io.meshrt.tests.harness.Outcomes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways around what was not opened. */
class BypassIT extends HostileSuite {
  /** What takes nothing and gives nothing, and one's own metadata. */
  private static final Set<String> FREE =
      Set.of("noop", "authenticate", "leave-room", "restore-rooms", "get-my-connection-metadata");

  @Override
  void open(MeshServer offered) {
    offered.registerCommand("echo", ctx -> ctx.rawPayload());
    offered.registerCommand(
        "whoami", ctx -> ctx.connection().identity().map(who -> who.id()).orElse("nobody"));
    offered.registerCommand("initially", ctx -> ctx.connection().initialMetadata().isPresent());
    offered.exposeOwnMetadataWrites((connection, id) -> id.equals(connection.id()));
    offered.exposeChannel(Pattern.compile("open:[a-z]+"));
    offered.exposeChannel(Pattern.compile("^mine:.*$"), (connection, name) -> false);
    offered.exposeChannel(
        "throws",
        (connection, name) -> {
          throw new IllegalStateException("secret of the guard");
        });
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsOpenThatWasNotOpened(Tongue tongue) throws Exception {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      for (BuiltInRequest request : BuiltInRequest.ALL) {
        boolean harmless =
            FREE.contains(request.name())
                || request.name().startsWith("unsubscribe-")
                || request.name().equals("set-my-connection-metadata");
        if (request.isKnownTo(tongue) && !harmless) {
          JsonNode answer = attacker.askBuiltIn(request.name(), request.payload("", ""));

          String code = request.name().endsWith("-inbox") ? "EUNAUTHORIZED" : "EACCESS";
          assertThat(isRefused(answer, code)).as("%s: %s", request, answer).isTrue();
        }
        assertHarmless(attacker.heard());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "open:",
        "open:A",
        "xopen:a",
        "open:a ",
        " open:a",
        "open:a/../x",
        "open:a|x",
        "OPEN:a",
        "open:ａ",
        "mine:a",
        "mine:",
        "throws",
        "throws ",
        ".*",
        "open:[a-z]+",
        "",
        "mesh/open:a"
      })
  void nameThatOnlyLooksLikeAnOpenOneIsRefused(String channel) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      String payload = "{\"channel\":\"" + channel + "\",\"historyLimit\":10}";
      for (String command : List.of("subscribe-channel", "get-channel-history")) {
        JsonNode answer = attacker.askBuiltIn(command, payload);

        assertThat(answer.at("/error/code").asText()).isIn("EACCESS", "EBADREQUEST");
        String heard = attacker.heard();
        assertThat(heard).doesNotContain("secret");
        assertHarmless(heard);
      }
    }
  }

  /** Frames that only a server may send are requests nobody knows, or no frames. */
  @ParameterizedTest
  @EnumSource
  void framesOfTheServerMoveNobody(Tongue tongue) throws Exception {
    try (Attacker attacker = Attacker.open(tongue, port());
        Attacker listener = Attacker.open(tongue, port())) {
      listener.askBuiltIn("subscribe-channel", "{\"channel\":\"open:a\"}");
      for (String name :
          List.of(
              "welcome",
              "assign-id",
              "error",
              "gap",
              "subscription-message",
              "channel-gap",
              "channel-revoked",
              "record-update",
              "record-updates",
              "record-deleted",
              "presence-update",
              "collection-diff")) {
        String payload =
            "{\"channel\":\"open:a\",\"recordId\":\"r\",\"message\":\"forged\",\"full\":1,\"version\":9,"
                + "\"connectionId\":\""
                + listener.connectionId()
                + "\"}";
        attacker.send("{\"command\":\"" + tongue.name(name) + "\",\"payload\":" + payload + "}");
        JsonNode answer = attacker.askBuiltIn(name, payload);
        assertThat(answer.at("/error/code").asText() + answer.at("/payload/code").asText())
            .isEqualTo("ENOTFOUND");
      }
      for (String command : List.of("whoami", "echo")) {
        attacker.send(
            "{\"targetConnectionIds\":[\""
                + listener.connectionId()
                + "\"],\"command\":"
                + "{\"command\":\""
                + command
                + "\",\"payload\":\"forged\"}}");
      }
      attacker.ask("echo", "1"); // all of that has been read
      assertThat(listener.ask("echo", "1").path("payload").asInt()).isEqualTo(1);
      assertThat(listener.heard()).doesNotContain("forged");
      assertHarmless(attacker.heard());
    }
  }

  @Test
  void metadataIsNoIdentity() throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      String metadata =
          "{\"metadata\":{\"identity\":\"admin\",\"identityId\":\"admin\",\"id\":\"admin\",\"claims\":"
              + "{\"role\":\"admin\"},\"__proto__\":{\"identity\":\"admin\"}},\"options\":{\"strategy\":";
      for (String strategy : List.of("replace", "merge", "deepMerge")) {
        JsonNode set =
            attacker.askBuiltIn("set-my-connection-metadata", metadata + "\"" + strategy + "\"}}");
        assertThat(set.at("/payload/success").asBoolean()).isTrue();
      }

      assertThat(attacker.ask("whoami", null).path("payload").asText()).isEqualTo("nobody");
      assertThat(attacker.ask("initially", null).path("payload").asBoolean(true)).isFalse();
      Connection connection = server().connections().find(attacker.connectionId()).orElseThrow();
      assertThat(connection.identity()).isEmpty();
      assertHarmless(attacker.heard());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "1",
        "[]",
        "[\"me\"]",
        "{}",
        "{\"credentials\":\"me\"}",
        "\"me \"",
        "\"ME\"",
        "\"\"",
        "\"me\\u0000\"",
        "{\"identity\":\"me\"}",
        "\"null\""
      })
  void credentialsThatAreNoneGiveNoIdentity(String credentials) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      JsonNode answer =
          attacker.askBuiltIn("authenticate", "{\"credentials\":" + credentials + "}");

      assertThat(answer.at("/error/code").asText()).isEqualTo("EUNAUTHORIZED");
      assertThat(attacker.ask("whoami", null).path("payload").asText()).isEqualTo("nobody");
      assertHarmless(attacker.heard());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?token=me", "?identity=me", "?mesh.v1=me&credentials=me"})
  void tokenWhereNobodyAsksForOneGivesNoIdentity(String query) throws Exception {
    var builder = Tongue.V1.to(port()).path("/" + query);
    builder.header("Authorization", "Bearer me").header("Cookie", "identity=me; token=me");
    try (Attacker attacker = Attacker.open(Tongue.V1, builder)) {
      assertThat(attacker.ask("whoami", null).path("payload").asText()).isEqualTo("nobody");
      assertHarmless(attacker.heard());
    }
  }

  @Test
  void replyOfAnotherClientIsNotTaken() throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port());
        Attacker victim = Attacker.open(Tongue.V1, port())) {
      Connection connection = server().connections().find(victim.connectionId()).orElseThrow();
      CompletableFuture<String> call = connection.command("name", Map.of(), String.class);
      JsonNode request = victim.next();
      long id = request.path("id").asLong();
      for (long forged = 0; forged <= id + 10; forged++) {
        attacker.send("{\"id\":" + forged + ",\"payload\":\"forged\"}");
        attacker.send("{\"id\":" + forged + ",\"error\":{\"code\":\"FORGED\",\"message\":\"\"}}");
      }
      attacker.ask("echo", "1");
      victim.send("{\"id\":" + (id + 1) + ",\"payload\":\"another\"}");
      assertThat(call).isNotDone();

      victim.send("{\"id\":" + id + ",\"payload\":\"mine\"}");
      victim.send("{\"id\":" + id + ",\"payload\":\"second\"}");
      assertThat(Outcomes.result(call)).isEqualTo("mine");
      assertThat(victim.ask("echo", "1").path("payload").asInt()).isEqualTo(1);
      assertHarmless(attacker.heard() + victim.heard());
    }
  }

  /** With a code that says so, or in the way of older clients. */
  private static boolean isRefused(JsonNode answer, String code) {
    JsonNode payload = answer.path("payload");
    return answer.at("/error/code").asText().equals(code)
        || payload.path("code").asText().matches("EACCESS|ETXN")
        || !payload.path("success").asBoolean(true)
        || (payload.isBoolean() && !payload.booleanValue());
  }
}
