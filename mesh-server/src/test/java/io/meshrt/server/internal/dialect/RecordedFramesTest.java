// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.codec.Welcome;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What was recorded between reference clients and reference servers (mesh-protocol 24), byte for
 * byte, as far as it is about commands, errors, heartbeat and ids.
 */
class RecordedFramesTest {
  private static final Welcome WELCOME =
      new Welcome("conn-mwpim188000000007ae10", "n", 1, 1, 1, 1, 1, 1, 1, null);

  private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.forMessages(100_000));
  private final Dialect dialect = Dialect.legacy(Set.of(Generation.MESH, Generation.REALTIME));

  @Test
  void theIdIsAssigned() {
    assertThat(dialect.greeting(WELCOME))
        .extracting(RecordedFramesTest::text)
        .containsExactly(
            "{\"command\":\"mesh/assign-id\",\"payload\":\"conn-mwpim188000000007ae10\"}",
            "{\"command\":\"rt/assign-id\",\"payload\":\"conn-mwpim188000000007ae10\"}");
  }

  @Test
  void aCommandIsAnswered() {
    Request echo = request("{\"id\":4410001,\"command\":\"echo\",\"payload\":\"Hello!\"}");

    assertThat(echo.payload()).isEqualTo(RawJson.ofString("Hello!"));
    assertThat(text(dialect.reply(echo, RawJson.ofString("echo: Hello!"))))
        .isEqualTo("{\"id\":4410001,\"command\":\"echo\",\"payload\":\"echo: Hello!\"}");
  }

  @Test
  void theSeedsClientsSendIdZero() {
    Request echo = request("{\"id\":0,\"command\":\"echo\",\"payload\":\"Hello!\"}");

    assertThat(text(dialect.reply(echo, RawJson.ofString("echo: Hello!"))))
        .isEqualTo("{\"id\":0,\"command\":\"echo\",\"payload\":\"echo: Hello!\"}");
  }

  @Test
  void nothingIsAnsweredWithoutPayload() {
    Request nothing = request("{\"id\":5700003,\"command\":\"void\",\"payload\":{}}");

    assertThat(text(dialect.reply(nothing, null)))
        .isEqualTo("{\"id\":5700003,\"command\":\"void\"}");
  }

  @Test
  void anUnknownCommandIsNotFound() {
    Request nope = request("{\"id\":6950005,\"command\":\"nope\",\"payload\":{}}");

    assertThat(text(dialect.failure(nope, Failure.unknownCommand(nope))))
        .isEqualTo(
            "{\"id\":6950005,\"command\":\"nope\",\"payload\":{\"error\":\"Command \\\"nope\\\" not"
                + " found\",\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}}");
  }

  @Test
  void errorsHaveMessageCodeAndName() {
    Request thrower = request("{\"id\":8220007,\"command\":\"throwStr\",\"payload\":{}}");
    Failure failure = new Failure("EUNKNOWN", "just a string", null, "UnknownError");

    assertThat(text(dialect.failure(thrower, failure)))
        .isEqualTo(
            "{\"id\":8220007,\"command\":\"throwStr\",\"payload\":{\"error\":\"just a string\","
                + "\"code\":\"EUNKNOWN\",\"name\":\"UnknownError\"}}");
  }

  @ParameterizedTest
  @EnumSource(names = {"MESH", "REALTIME"})
  void builtInsAreAnsweredInTheirOwnWords(Generation generation) {
    String command = generation.wireName("leave-room");
    Request leave =
        request(
            "{\"id\":58570050,\"command\":\"" + command + "\",\"payload\":{\"roomName\":\"a\"}}");

    assertThat(leave.name()).isEqualTo("leave-room");
    assertThat(leave.generation()).isEqualTo(generation);
    assertThat(text(dialect.reply(leave, RawJson.parse("{\"success\":true}"))))
        .isEqualTo(
            "{\"id\":58570050,\"command\":\"" + command + "\",\"payload\":{\"success\":true}}");
  }

  @Test
  void theHeartbeatIsSpokenAsRecorded() {
    assertThat(text(dialect.ping(0, -1, 0))).isEqualTo("{\"command\":\"ping\",\"payload\":{}}");
    assertThat(dialect.latencyPair(1))
        .extracting(RecordedFramesTest::text)
        .containsExactly(
            "{\"command\":\"latency\",\"payload\":1}",
            "{\"command\":\"latency:request\",\"payload\":{}}");
  }

  @Test
  void theHeartbeatIsHeardAsRecorded() {
    assertThat(read("{\"id\":67550055,\"command\":\"pong\",\"payload\":{}}").kind())
        .isEqualTo(Inbound.Kind.PONG);
    assertThat(read("{\"id\":66910054,\"command\":\"latency:response\",\"payload\":{}}").kind())
        .isEqualTo(Inbound.Kind.LATENCY_RESPONSE);
  }

  @Test
  void aPushHasNoId() {
    assertThat(text(dialect.push("hello", RawJson.ofString("world"))))
        .isEqualTo("{\"command\":\"hello\",\"payload\":\"world\"}");
  }

  private Request request(String json) {
    return (Request) read(json);
  }

  private Inbound read(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return dialect.read(reader.read(bytes, 0, bytes.length));
  }

  private static String text(byte[] frame) {
    return new String(frame, UTF_8);
  }
}
