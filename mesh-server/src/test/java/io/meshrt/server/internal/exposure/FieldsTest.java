// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.RequestId;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.Request;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What does not fit is refused by the field's name, without what it held. */
class FieldsTest {
  private static final JsonValues JSON = new JsonValues();

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "true", "\"room\"", "[]", "[{\"roomName\":\"a\"}]"})
  void payloadHasToBeAnObject(String payload) {
    assertRefused(() -> fields(payload), "payload: not an object");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | missing",
        "{\"roomName\":null} | missing",
        "{\"roomName\":1} | not a string",
        "{\"roomName\":false} | not a string",
        "{\"roomName\":[\"a\"]} | not a string",
        "{\"roomName\":{\"a\":1}} | not a string",
        "{\"roomName\":\"\"} | empty",
        "{\"roomName\":\"a\\nb\"} | control character at 1",
        "{\"roomName\":\"a\\u0000\"} | control character at 1",
        "{\"roomName\":\"\\u202e\"} | control character at 0",
        "{\"RoomName\":\"a\"} | missing",
      })
  void namesAreTextThatCanBeShown(String payload, String problem) {
    assertRefused(() -> fields(payload).name("roomName"), "roomName: " + problem);
  }

  @Test
  void namesHaveAtMost255Bytes() {
    assertThat(fields(nameOf("x".repeat(255))).name("roomName")).hasSize(255);
    assertThat(fields(nameOf("€".repeat(85))).name("roomName")).hasSize(85);
    assertRefused(
        () -> fields(nameOf("x".repeat(256))).name("roomName"), "roomName: longer than 255 bytes");
    assertRefused(
        () -> fields(nameOf("€".repeat(85) + "x")).name("roomName"),
        "roomName: longer than 255 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mesh/x", "rt/", "ping", "subscribe-channel", "a b", "日本", "a:b*?"})
  void namesReservedForCommandsAreFreeForRooms(String name) {
    assertThat(fields(nameOf(name)).name("roomName")).isEqualTo(name);
  }

  @Test
  void innerFieldsAreNamedWithTheirPath() {
    assertRefused(() -> fields("{\"options\":1}").inner("options"), "options: not an object");
    assertRefused(
        () -> fields("{\"options\":{\"strategy\":1}}").inner("options").text("strategy"),
        "options.strategy: not a string");
    assertThat(fields("{}").inner("options").text("strategy")).isEmpty();
    assertThat(fields("{\"options\":null}").inner("options").text("strategy")).isEmpty();
  }

  @Test
  void anyValueIsTakenButNone() {
    assertThat(fields("{\"metadata\":null}").value("metadata").isNull()).isTrue();
    assertThat(fields("{\"metadata\":[1]}").value("metadata")).hasSize(1);
    assertRefused(() -> fields("{}").value("metadata"), "metadata: missing");
  }

  private static void assertRefused(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.code()).isEqualTo("EBADREQUEST"))
        .hasMessage(message);
  }

  private static String nameOf(String name) {
    return "{\"roomName\":" + RawJson.ofString(name) + "}";
  }

  private static Fields fields(String payload) {
    Request request =
        new Request(RequestId.of(1), "c", "c", true, Generation.MESH, RawJson.parse(payload));
    return Fields.of(request, JSON);
  }
}
