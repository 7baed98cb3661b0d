// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.RequestId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class V1DialectTest {
  private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.forMessages(100_000));
  private final Dialect dialect = Dialect.v1();

  @ParameterizedTest
  @CsvSource({
    "mesh/noop,         noop,              true",
    "mesh/authenticate, authenticate,      true",
    "mesh/nothing,      mesh/nothing,      false",
    "noop,              noop,              false",
    "rt/noop,           rt/noop,           false",
    "subscribe-channel, subscribe-channel, false",
    "echo,              echo,              false"
  })
  void builtInsBearOnePrefix(String command, String name, boolean builtIn) {
    Request request = (Request) read("{\"id\":3,\"command\":\"" + command + "\"}");

    assertThat(request.name()).isEqualTo(name);
    assertThat(request.builtIn()).isEqualTo(builtIn);
    assertThat(request.generation()).isEqualTo(Generation.V1);
    assertThat(request.payload()).isEqualTo(RawJson.NULL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "[]|not an object",
        "null|not an object",
        "{}|neither a request nor a reply",
        "{\"id\":\"x\",\"payload\":1}|neither a request nor a reply",
        "{\"id\":1}|a reply without payload and error",
        "{\"command\":\"a\"}|id: missing",
        "{\"id\":null,\"command\":\"a\"}|id: not a whole number",
        "{\"id\":1.5,\"command\":\"a\"}|id: not a whole number",
        "{\"id\":-1,\"command\":\"a\"}|id: not a whole number",
        "{\"id\":\"1\",\"command\":\"a\"}|id: not a whole number",
        "{\"id\":9007199254740992,\"command\":\"a\"}|id: not a whole number",
        "{\"id\":\"x\",\"command\":7}|command: not a string"
      })
  void whatCannotBeAnsweredIsMalformed(String json, String message) {
    assertThat(read(json)).isEqualTo(new Inbound.Malformed(null, message));
  }

  @Test
  void aBadCommandUnderAGoodIdCanBeAnswered() {
    assertThat(read("{\"id\":8,\"command\":[]}"))
        .isEqualTo(new Inbound.Malformed(RequestId.of(8), "command: not a string"));
    assertThat(read("{\"id\":8,\"command\":\"" + "x".repeat(256) + "\"}"))
        .isEqualTo(new Inbound.Malformed(RequestId.of(8), "command: longer than 255 bytes"));
  }

  @Test
  void theLargestIdIsTaken() {
    Request request = (Request) read("{\"id\":9007199254740991,\"command\":\"a\"}");

    assertThat(text(dialect.reply(request, RawJson.TRUE)))
        .isEqualTo("{\"id\":9007199254740991,\"payload\":true}");
  }

  @Test
  void repliesOfTheClientCarryAResultOrAFailure() {
    assertThat(read("{\"id\":4,\"payload\":{\"a\":1}}"))
        .isEqualTo(new Inbound.Reply(4, RawJson.parse("{\"a\":1}"), null));
    assertThat(read("{\"id\":4,\"error\":{\"code\":\"E\"}}"))
        .isEqualTo(new Inbound.Reply(4, RawJson.NULL, RawJson.parse("{\"code\":\"E\"}")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"t\":17}|17",
        "{\"x\":{\"t\":1},\"t\":18}|18",
        "{\"t\":\"17\"}|-1",
        "{\"t\":1.5}|-1",
        "{\"t\":99999999999999999999}|-1",
        "{}|-1",
        "null|-1",
        "[17]|-1"
      })
  void aPongSaysWhatThePingCarried(String payload, long time) {
    assertThat(read("{\"command\":\"pong\",\"payload\":" + payload + "}"))
        .isEqualTo(new Inbound.Pong(time));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":3,\"command\":\"pong\",\"payload\":{\"t\":1}}",
        "{\"id\":3,\"command\":\"latency:response\"}",
        "{\"command\":\"latency:response\"}"
      })
  void heartbeatAnswersAreNoRequests(String json) {
    assertThat(read(json).kind()).isIn(Inbound.Kind.PONG, Inbound.Kind.IGNORED);
  }

  @Test
  void repliesHaveNoCommandAndAlwaysAPayload() {
    Request request = (Request) read("{\"id\":3,\"command\":\"a\"}");

    assertThat(text(dialect.reply(request, RawJson.ofNumber(5))))
        .isEqualTo("{\"id\":3,\"payload\":5}");
    assertThat(text(dialect.reply(request, null))).isEqualTo("{\"id\":3,\"payload\":null}");
  }

  @Test
  void failuresCarryTheirData() {
    Request request = (Request) read("{\"id\":3,\"command\":\"a\"}");
    var data = JsonNodeFactory.instance.objectNode().put("left", 2);

    assertThat(
            text(
                dialect.failure(
                    request, Failure.of(new CommandException("EMINE", "no \"more\"", data)))))
        .isEqualTo(
            "{\"id\":3,\"error\":{\"code\":\"EMINE\",\"message\":\"no \\\"more\\\"\","
                + "\"data\":{\"left\":2}}}");
  }

  @Test
  void protestsCallsAndPingsHaveTheirForm() {
    assertThat(text(dialect.protest("id: missing")))
        .isEqualTo(
            "{\"command\":\"mesh/error\",\"payload\":"
                + "{\"code\":\"EBADREQUEST\",\"message\":\"id: missing\"}}");
    assertThat(text(dialect.call(6, "where", RawJson.NULL).orElseThrow()))
        .isEqualTo("{\"id\":6,\"command\":\"where\",\"payload\":null}");
    assertThat(text(dialect.ping(12, -1, 0)))
        .isEqualTo("{\"command\":\"ping\",\"payload\":{\"t\":12}}");
    assertThat(text(dialect.ping(12, 0, 1)))
        .isEqualTo("{\"command\":\"ping\",\"payload\":{\"t\":12,\"latency\":0}}");
    assertThat(dialect.latencyPair(5)).isEmpty();
  }

  private Inbound read(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return dialect.read(reader.read(bytes, 0, bytes.length));
  }

  @ParameterizedTest
  @CsvSource({"V1, mesh/gap", "MESH, mesh/gap", "REALTIME, rt/gap", "BARE, gap"})
  void builtInPushesBearThePrefixOfTheSubscription(Generation generation, String name) {
    byte[] frame = Dialect.builtInPush(generation, "gap", RawJson.EMPTY_OBJECT);

    assertThat(new String(frame, UTF_8)).isEqualTo("{\"command\":\"" + name + "\",\"payload\":{}}");
  }

  private static String text(byte[] frame) {
    return new String(frame, UTF_8);
  }
}
