// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that is valid and no frame, or a frame that says something strange. */
class EnvelopesIT extends HostileSuite {

  /** An answer is told by its code, a protest without an id by {@code mesh/error}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "null                                          | mesh/error",
        "1                                             | mesh/error",
        "\"x\"                                         | mesh/error",
        "[]                                            | mesh/error",
        "[{\"id\":1,\"command\":\"echo\"}]             | mesh/error",
        "{}                                            | mesh/error",
        "{\"id\":1}                                    | mesh/error",
        "{\"command\":\"echo\"}                        | mesh/error",
        "{\"payload\":1}                               | mesh/error",
        "{\"id\":null,\"command\":\"echo\"}            | mesh/error",
        "{\"id\":\"1\",\"command\":\"echo\"}           | mesh/error",
        "{\"id\":true,\"command\":\"echo\"}            | mesh/error",
        "{\"id\":[],\"command\":\"echo\"}              | mesh/error",
        "{\"id\":{\"id\":1},\"command\":\"echo\"}      | mesh/error",
        "{\"id\":-1,\"command\":\"echo\"}              | mesh/error",
        "{\"id\":0.5,\"command\":\"echo\"}             | mesh/error",
        "{\"id\":1e3,\"command\":\"echo\"}             | mesh/error",
        "{\"id\":9007199254740993,\"command\":\"echo\"} | mesh/error",
        "{\"id\":99999999999999999999,\"command\":\"echo\"} | mesh/error",
        "{\"id\":1,\"command\":null}                   | EBADREQUEST",
        "{\"id\":1,\"command\":1}                      | EBADREQUEST",
        "{\"id\":1,\"command\":true}                   | EBADREQUEST",
        "{\"id\":1,\"command\":[\"echo\"]}             | EBADREQUEST",
        "{\"id\":1,\"command\":{\"a\":1}}              | EBADREQUEST",
        "{\"id\":1,\"command\":\"\"}                   | ENOTFOUND",
        "{\"id\":1,\"command\":\"ECHO\"}               | ENOTFOUND",
        "{\"id\":1,\"command\":\" echo\"}              | ENOTFOUND",
        "{\"id\":1,\"command\":\"echo\\u0000\"}        | ENOTFOUND",
        "{\"id\":1,\"command\":\"toString\"}           | ENOTFOUND",
        "{\"id\":1,\"command\":\"__proto__\"}          | ENOTFOUND",
        "{\"id\":1,\"command\":\"mesh/\"}              | ENOTFOUND",
        "{\"id\":1,\"command\":\"mesh/mesh/noop\"}     | ENOTFOUND",
        "{\"id\":1,\"command\":\"MESH/noop\"}          | ENOTFOUND",
        "{\"id\":1,\"command\":\"noop\"}               | ENOTFOUND",
        "{\"id\":1,\"command\":\"rt/join-room\"}       | ENOTFOUND",
        "{\"id\":1,\"command\":\"mesh/welcome\"}       | ENOTFOUND",
        "{\"id\":1,\"command\":\"mesh/../echo\"}       | ENOTFOUND",
        "{\"id\":1,\"command\":\"ping\"}               | ENOTFOUND",
        "{\"id\":9007199254740991,\"command\":\"none\"} | ENOTFOUND",
        "{\"id\":1,\"id\":2,\"command\":\"echo\"}      | mesh/error",
        "{\"\\u0069d\":1,\"id\":2,\"command\":\"echo\"} | mesh/error",
        "{\"id\":1,\"error\":{\"code\":\"E\"},\"command\":\"none\"} | ENOTFOUND",
        "{\"ID\":1,\"Command\":\"echo\"}               | mesh/error"
      })
  void strictClientIsToldWhatIsWrong(String message, String told) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      attacker.send(message);

      JsonNode answer = attacker.next();
      boolean protest = answer.path("command").asText().equals("mesh/error");
      assertThat(protest ? "mesh/error" : answer.at("/error/code").asText()).isEqualTo(told);
      assertThat(attacker.ask("echo", "5").path("payload").asInt()).isEqualTo(5);
      assertHarmless(attacker.heard());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"command\":\"pong\"}",
        "{\"id\":1,\"command\":\"pong\",\"payload\":{\"t\":\"x\"}}",
        "{\"command\":\"pong\",\"payload\":{\"t\":-1}}",
        "{\"command\":\"pong\",\"payload\":{\"t\":99999999999999999999999999}}",
        "{\"command\":\"pong\",\"payload\":[[]]}",
        "{\"command\":\"latency:response\",\"payload\":{\"t\":1e300}}",
        "{\"id\":1,\"payload\":null}",
        "{\"id\":9007199254740991,\"payload\":{}}",
        "{\"id\":0,\"error\":null,\"payload\":1}",
        "{\"id\":0,\"error\":[]}",
        "{\"id\":0,\"error\":{\"code\":1,\"message\":[]}}"
      })
  void repliesAndPongsThatNobodyWaitsForAreIgnored(String message) throws Exception {
    try (Attacker attacker = Attacker.open(Tongue.V1, port())) {
      attacker.send(message);

      assertThat(attacker.ask("echo", "5").path("payload").asInt()).isEqualTo(5);
      assertThat(attacker.heard()).doesNotContain("mesh/error");
      assertHarmless("");
    }
  }

  /** Whatever they name their request, they read the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "0.5",
        "1e3",
        "\"\"",
        "\"a\\u0000\"",
        "null",
        "true",
        "[1,{}]",
        "{\"a\":[]}",
        "99999999999999999999",
        "\"\\ud83d\\ude00\""
      })
  void olderClientsGetTheirIdBack(String id) throws Exception {
    for (Tongue tongue : new Tongue[] {Tongue.MESH, Tongue.REALTIME, Tongue.BARE}) {
      try (Attacker attacker = Attacker.open(tongue, port())) {
        attacker.send("{\"id\":" + id + ",\"command\":\"echo\",\"payload\":5}");

        assertThat(attacker.next().path("payload").asInt()).isEqualTo(5);
        assertThat(attacker.heard()).contains("\"id\":" + id);
        assertHarmless("");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "V1", mode = EnumSource.Mode.EXCLUDE)
  void olderClientsAreIgnoredOrToldThatThereIsNoSuchCommand(Tongue tongue) throws Exception {
    String[] ignored = {
      "null",
      "1",
      "\"x\"",
      "[]",
      "{}",
      "{\"command\":\"echo\"}",
      "{\"payload\":1}",
      "{\"command\":\"pong\",\"payload\":{\"t\":\"x\"}}",
      "{\"command\":1}",
      "not JSON"
    };
    String[] unknown = {
      "1", "null", "true", "[\"echo\"]", "{}", "\"\"", "\"mesh/welcome\"", "\"pingg\""
    };
    try (Attacker attacker = Attacker.open(tongue, port())) {
      for (String message : ignored) {
        attacker.send(message);
      }
      for (String command : unknown) {
        attacker.send("{\"id\":1,\"command\":" + command + "}");
        JsonNode answer = attacker.next();
        assertThat(answer.at("/payload/code").asText()).as(command).isEqualTo("ENOTFOUND");
        assertThat(answer.at("/payload/name").asText()).as(command).isEqualTo("CommandError");
      }
      assertHarmless(attacker.heard());
    }
  }

  @ParameterizedTest
  @EnumSource
  void nameThatIsTooLongIsNotRepeated(Tongue tongue) throws Exception {
    try (Attacker attacker = Attacker.open(tongue, port())) {
      JsonNode answer = attacker.ask("€".repeat(86), null);

      String code = tongue == Tongue.V1 ? "/error/code" : "/payload/code";
      assertThat(answer.at(code).asText()).isEqualTo("EBADREQUEST");
      assertThat(attacker.heard()).doesNotContain("€€");
      assertHarmless("");
    }
  }
}
