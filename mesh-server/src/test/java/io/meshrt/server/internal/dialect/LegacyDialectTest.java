// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyDialectTest {
  private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.forMessages(100_000));
  private final Dialect dialect = Dialect.legacy(Set.of(Generation.MESH, Generation.REALTIME));

  @ParameterizedTest
  @CsvSource({
    "subscribe-channel,          subscribe-channel,     true,  BARE",
    "unsubscribe-record,         unsubscribe-record,    true,  BARE",
    "publish-record-update,      publish-record-update, true,  BARE",
    "subscribe-presence,         subscribe-presence,    true,  BARE",
    "noop,                       noop,                  false, BARE",
    "join-room,                  join-room,             false, BARE",
    "mesh/noop,                  noop,                  true,  MESH",
    "rt/noop,                    noop,                  true,  REALTIME",
    "mesh/subscribe-channel,     subscribe-channel,     true,  MESH",
    "rt/transaction,             transaction,           true,  REALTIME",
    "mesh/transaction,           transaction,           true,  MESH",
    "mesh/mesh/noop,             mesh/mesh/noop,        false, BARE",
    "mesh/rt/noop,               mesh/rt/noop,          false, BARE",
    "rt/,                        rt/,                   false, BARE",
    "mesh/authenticate,          mesh/authenticate,     false, BARE",
    "echo,                       echo,                  false, BARE"
  })
  void onePrefixIsTakenOffBuiltIns(
      String command, String name, boolean builtIn, Generation generation) {
    Request request = request("{\"id\":3,\"command\":\"" + command + "\",\"payload\":{}}");

    assertThat(request.command()).isEqualTo(command);
    assertThat(request.name()).isEqualTo(name);
    assertThat(request.builtIn()).isEqualTo(builtIn);
    assertThat(request.generation()).isEqualTo(generation);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "1", "[{\"id\":1}]", "\"x\"", "true", "{}", "{\"command\":\"a\"}"})
  void whatIsNotARequestIsIgnored(String json) {
    assertThat(read(json)).isSameAs(Inbound.Ignored.INSTANCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"command\":\"pong\"}",
        "{\"id\":0,\"command\":\"pong\",\"payload\":{}}",
        "{\"id\":67550055,\"command\":\"pong\",\"payload\":{}}"
      })
  void aPongIsAPongWithAndWithoutAnId(String json) {
    assertThat(read(json).kind()).isEqualTo(Inbound.Kind.PONG);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"command\":\"latency:response\"}",
        "{\"id\":4,\"command\":\"latency:response\",\"payload\":{}}"
      })
  void aLatencyResponseIsOneWithAndWithoutAnId(String json) {
    assertThat(read(json).kind()).isEqualTo(Inbound.Kind.LATENCY_RESPONSE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "99999999", "null", "\"x\"", "-1", "1.5", "[1,{\"a\":2}]", "true"})
  void anyIdIsEchoedUnchanged(String id) {
    Request request = request("{\"id\":" + id + ",\"command\":\"echo\",\"payload\":1}");

    assertThat(text(dialect.reply(request, RawJson.TRUE)))
        .isEqualTo("{\"id\":" + id + ",\"command\":\"echo\",\"payload\":true}");
  }

  @Test
  void aRequestWithoutCommandIsNotFoundAndItsReplyHasNoCommand() {
    Request request = request("{\"id\":5}");

    assertThat(text(dialect.failure(request, Failure.unknownCommand(request))))
        .isEqualTo(
            "{\"id\":5,\"payload\":{\"error\":\"Command \\\"undefined\\\" not found\","
                + "\"code\":\"ENOTFOUND\",\"name\":\"CommandError\"}}");
  }

  @Test
  void aCommandThatIsNotTextIsNotFound() {
    Request request = request("{\"id\":5,\"command\":17}");

    assertThat(request.name()).isEqualTo("17");
    assertThat(request.command()).isNull();
    assertThat(request.builtIn()).isFalse();
  }

  @Test
  void anAbsentPayloadArrivesAsAnEmptyObject() {
    assertThat(request("{\"id\":5,\"command\":\"echo\"}").payload())
        .isEqualTo(RawJson.EMPTY_OBJECT);
    assertThat(request("{\"id\":5,\"command\":\"echo\",\"payload\":null}").payload())
        .isEqualTo(RawJson.NULL);
  }

  @Test
  void unknownKeysAreIgnored() {
    Request request = request("{\"x\":[1],\"id\":5,\"command\":\"echo\",\"y\":2,\"payload\":7}");

    assertThat(request.payload()).isEqualTo(RawJson.ofNumber(7));
  }

  @ParameterizedTest
  @CsvSource({
    "ENOTFOUND,    CommandError",
    "EACCESS,      PermissionError",
    "EUNAUTHORIZED,PermissionError",
    "ETIMEOUT,     TimeoutError",
    "ESERVER,      Error",
    "EBADREQUEST,  Error",
    "EMINE,        Error"
  })
  void failuresHaveTheNameTheFamilyExpects(String code, String name) {
    Request request = request("{\"id\":5,\"command\":\"echo\"}");

    assertThat(text(dialect.failure(request, Failure.of(code, "a \"b\"\n", null))))
        .isEqualTo(
            "{\"id\":5,\"command\":\"echo\",\"payload\":{\"error\":\"a \\\"b\\\"\\n\",\"code\":\""
                + code
                + "\",\"name\":\""
                + name
                + "\"}}");
  }

  @Test
  void aNameOfTheThrowersOwnIsKept() {
    Request request = request("{\"id\":7570006,\"command\":\"throwErr\"}");

    assertThat(
            text(dialect.failure(request, new Failure("ESERVER", "bad thing", null, "TypeError"))))
        .isEqualTo(
            "{\"id\":7570006,\"command\":\"throwErr\",\"payload\":"
                + "{\"error\":\"bad thing\",\"code\":\"ESERVER\",\"name\":\"TypeError\"}}");
  }

  @Test
  void aCommandThatReturnsNothingIsAnsweredWithoutPayload() {
    Request request = request("{\"id\":5700003,\"command\":\"void\",\"payload\":{}}");

    assertThat(text(dialect.reply(request, null)))
        .isEqualTo("{\"id\":5700003,\"command\":\"void\"}");
    assertThat(text(dialect.reply(request, RawJson.NULL)))
        .isEqualTo("{\"id\":5700003,\"command\":\"void\",\"payload\":null}");
  }

  @Test
  void aNameThatIsTooLongFailsWithoutBeingRepeated() {
    Inbound inbound = read("{\"id\":6,\"command\":\"" + "x".repeat(256) + "\"}");

    Inbound.Malformed malformed = (Inbound.Malformed) inbound;
    assertThat(malformed.id()).isEqualTo(RequestId.of(6));
    assertThat(
            text(
                dialect.failure(
                    RequestId.of(6), Failure.of(ErrorCode.BAD_REQUEST, malformed.message()))))
        .isEqualTo(
            "{\"id\":6,\"payload\":{\"error\":\"command: longer than 255 bytes\","
                + "\"code\":\"EBADREQUEST\",\"name\":\"Error\"}}");
  }

  @Test
  void aNameAtTheLimitIsARequest() {
    assertThat(request("{\"id\":6,\"command\":\"" + "x".repeat(255) + "\"}").name()).hasSize(255);
  }

  @Test
  void legacyPeersAreNotProtestedAgainstAndNotCalled() {
    assertThat(dialect.protest("no")).isNull();
    assertThat(dialect.call(1, "a", RawJson.NULL)).isEmpty();
    assertThat(dialect.strict()).isFalse();
  }

  @Test
  void onlyPrefixedGenerationsWaitForAnAnnouncement() {
    assertThatThrownBy(() -> Dialect.legacy(Set.of(Generation.BARE)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Dialect.legacy(Set.of(Generation.V1)))
        .isInstanceOf(IllegalArgumentException.class);
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
