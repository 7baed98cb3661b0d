// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.tests.harness.V1Socket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Every case of {@code test-data/json}, as the payload of a request and as a message. */
class JsonTextsIT extends HostileSuite {
  private static final Path FILE = Path.of("..", "test-data", "json", "parsing-cases.json");
  private static final int NOT_UTF_8 = 1007;

  @Test
  void payloadIsTakenOrItsMessageIsMalformed() throws Exception {
    for (JsonNode one : V1Socket.JSON.readTree(FILE.toFile())) {
      String name = one.required("name").asText();
      try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
        attacker.send(request(bytes(one)));

        if (one.has("hex")) {
          assertThat(attacker.closeCode()).as(name).isEqualTo(NOT_UTF_8);
        } else {
          JsonNode answer = attacker.next();
          boolean taken = one.required("taken").asBoolean();
          assertThat(answer.has("payload") && answer.has("id")).as(name).isEqualTo(taken);
          assertThat(taken || isProtest(answer)).as(name + ": " + answer).isTrue();
          assertGoesOn(attacker);
        }
        assertHarmless(attacker.heard());
      }
    }
  }

  @Test
  void messageThatIsNoRequestIsMalformed() throws Exception {
    for (JsonNode one : V1Socket.JSON.readTree(FILE.toFile())) {
      try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
        attacker.send(bytes(one));

        String name = one.required("name").asText();
        if (one.has("hex")) {
          assertThat(attacker.closeCode()).as(name).isEqualTo(NOT_UTF_8);
        } else {
          assertThat(isProtest(attacker.next())).as(name).isTrue();
          assertGoesOn(attacker);
        }
        assertHarmless(attacker.heard());
      }
    }
  }

  @Test
  void olderClientsAreForgiven() throws Exception {
    for (JsonNode one : V1Socket.JSON.readTree(FILE.toFile())) {
      try (Attacker attacker = Attacker.open(Tongue.BARE, port())) {
        attacker.send(bytes(one));
        attacker.send(request(bytes(one)));

        String name = one.required("name").asText();
        if (one.has("hex")) {
          assertThat(attacker.closeCode()).as(name).isEqualTo(NOT_UTF_8);
        } else {
          if (one.required("taken").asBoolean()) {
            assertThat(attacker.next().has("payload")).as(name).isTrue();
          }
          assertGoesOn(attacker);
        }
        assertHarmless(attacker.heard());
      }
    }
  }

  private static void assertGoesOn(Attacker attacker) throws IOException {
    assertThat(attacker.ask("echo", "\"here\"").path("payload").asText()).isEqualTo("here");
  }

  private static boolean isProtest(JsonNode frame) {
    return frame.path("command").asText().equals("mesh/error")
        && frame.at("/payload/code").asText().equals("EBADREQUEST");
  }

  private static byte[] request(byte[] payload) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes("{\"id\":77,\"command\":\"echo\",\"payload\":".getBytes(US_ASCII));
    request.writeBytes(payload);
    request.write('}');
    return request.toByteArray();
  }

  private static byte[] bytes(JsonNode one) {
    if (one.has("hex")) {
      return HexFormat.of().parseHex(one.get("hex").asText());
    }
    JsonNode repeat = one.path("repeat");
    return Attacker.utf8(
        repeat.isMissingNode()
            ? one.required("text").asText()
            : repeat.get(0).asText().repeat(repeat.get(1).asInt()));
  }
}
