// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of the built-ins (mesh-protocol 9), row by row. */
class LegacyShapesTest {
  private static final String ERROR_OBJECT =
      "{\"error\":\"not you\",\"code\":\"EACCESS\",\"name\":\"PermissionError\"}";

  private final Dialect legacy = Dialect.legacy(Set.of());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "subscribe-channel          | {\"success\":false,\"history\":[]}",
        "get-channel-history        | {\"success\":false,\"history\":[]}",
        "subscribe-record           | {\"success\":false}",
        "set-my-connection-metadata | {\"success\":false}",
        "subscribe-presence         | {\"success\":false,\"present\":[]}",
        "get-presence-state         | {\"success\":false,\"present\":[]}",
        "publish-presence-state     | false",
        "clear-presence-state       | false",
        "subscribe-collection       |"
            + " {\"success\":false,\"ids\":[],\"records\":[],\"version\":0}",
        "publish-record-update      | " + ERROR_OBJECT,
        "join-room                  | " + ERROR_OBJECT,
        "leave-room                 | " + ERROR_OBJECT,
        "get-connection-metadata    | " + ERROR_OBJECT,
        "get-my-connection-metadata | " + ERROR_OBJECT,
        "get-room-metadata          | " + ERROR_OBJECT,
        "unsubscribe-channel        | " + ERROR_OBJECT,
        "unsubscribe-record         | " + ERROR_OBJECT,
        "unsubscribe-presence       | " + ERROR_OBJECT,
        "unsubscribe-collection     | " + ERROR_OBJECT,
        "transaction                |"
            + " {\"error\":\"not you\",\"code\":\"ETXN\",\"name\":\"TransactionError\"}",
      })
  void refusals(String name, String payload) {
    Failure refusal = Failure.of(ErrorCode.ACCESS_DENIED, "not you");

    for (Generation generation : new Generation[] {Generation.MESH, Generation.REALTIME}) {
      Request request = request(generation, name);
      assertThat(text(legacy.builtInFailure(request, refusal))).isEqualTo(reply(request, payload));
    }
    Request bare = request(Generation.BARE, name);
    assertThat(text(legacy.builtInFailure(bare, refusal))).isEqualTo(reply(bare, payload));
    Request v1 = request(Generation.V1, name);
    assertThat(text(Dialect.v1().builtInFailure(v1, refusal)))
        .isEqualTo("{\"id\":7,\"error\":{\"code\":\"EACCESS\",\"message\":\"not you\"}}");
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"BAD_REQUEST", "TOO_LARGE", "LIMIT", "UNAVAILABLE", "NOT_FOUND"})
  void whatIsNoRefusalIsTheErrorObject(ErrorCode code) {
    Request request = request(Generation.MESH, "subscribe-record");
    Failure failure = Failure.of(code, "why");

    assertThat(text(legacy.builtInFailure(request, failure)))
        .isEqualTo(text(legacy.failure(request, failure)))
        .contains(code.wire());
  }

  @ParameterizedTest
  @EnumSource(
      value = ErrorCode.class,
      names = {"BAD_REQUEST", "TOO_LARGE", "UNAVAILABLE", "NOT_FOUND"})
  void presenceStatesArePublishedOrNot(ErrorCode code) {
    Request request = request(Generation.MESH, "publish-presence-state");

    assertThat(text(legacy.builtInFailure(request, Failure.of(code, "why"))))
        .isEqualTo(reply(request, "false"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "unsubscribe-channel   | true | true",
        "subscribe-record      | {\"success\":true,\"record\":{\"n\":1.00},\"version\":3}"
            + " | {\"success\":true,\"record\":{\"n\":1.00},\"version\":3}",
        "unsubscribe-record    | false | false",
        "publish-record-update | {\"success\":true} | {\"success\":true}",
        "subscribe-presence    | {\"success\":true,\"present\":[{\"id\":\"c1\",\"metadata\":null},"
            + "{\"id\":\"c2\",\"metadata\":{\"a\":1}}],\"states\":{\"c1\":{\"s\":1}}}"
            + " | {\"success\":true,\"present\":[\"c1\",\"c2\"]}",
        "subscribe-presence    | {\"success\":true,\"present\":[],\"states\":{}}"
            + " | {\"success\":true,\"present\":[]}",
        "unsubscribe-presence  | true | true",
      })
  void resultsWithoutAPrefix(String name, String payload, String bare) {
    assertThat(result(Generation.BARE, name, payload)).isEqualTo(bare);
    assertThat(result(Generation.MESH, name, payload)).isEqualTo(payload);
    assertThat(result(Generation.REALTIME, name, payload)).isEqualTo(payload);
    assertThat(Dialect.v1().builtInResult(request(Generation.V1, name), RawJson.parse(payload)))
        .hasToString(payload);
  }

  private String result(Generation generation, String name, String payload) {
    return legacy.builtInResult(request(generation, name), RawJson.parse(payload)).toString();
  }

  private static Request request(Generation generation, String name) {
    return new Request(
        RequestId.of(7), generation.wireName(name), name, true, generation, RawJson.NULL);
  }

  private static String reply(Request request, String payload) {
    return "{\"id\":7,\"command\":\"" + request.command() + "\",\"payload\":" + payload + "}";
  }

  private static String text(byte[] frame) {
    return new String(frame, UTF_8);
  }
}
