// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.RequestId;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {
  private static final EnvelopeReader READER =
      new EnvelopeReader(JsonLimits.forMessages(64 * 1024));

  @Test
  void partsOfARequestAreKept() {
    Envelope frame = read("{\"id\":12345,\"command\":\"echo\",\"payload\":{\"seq\":1}}");

    assertThat(frame.isObject()).isTrue();
    assertThat(frame.id()).isEqualTo(RequestId.of(12_345));
    assertThat(frame.command()).isEqualTo("echo");
    assertThat(frame.isCommandText()).isTrue();
    assertThat(frame.payload()).hasToString("{\"seq\":1}");
    assertThat(frame.payloadLength()).isEqualTo(9);
    assertThat(frame.error()).isNull();
  }

  @Test
  void absentPartsAreToldFromNullOnes() {
    Envelope empty = read("{}");
    Envelope nulls = read("{\"id\":null,\"command\":null,\"payload\":null,\"error\":null}");

    assertThat(empty.hasId() || empty.hasCommand() || empty.hasPayload()).isFalse();
    assertThat(empty.id()).isNull();
    assertThat(empty.command()).isNull();
    assertThat(empty.payload()).isEqualTo(RawJson.NULL);
    assertThat(empty.payloadLength()).isZero();
    assertThat(empty.error()).isNull();
    assertThat(nulls.hasId() && nulls.hasCommand() && nulls.hasPayload()).isTrue();
    assertThat(nulls.id()).isEqualTo(RequestId.ofJson("null"));
    assertThat(nulls.command()).isEqualTo("null");
    assertThat(nulls.isCommandText()).isFalse();
    assertThat(nulls.payload()).isEqualTo(RawJson.NULL);
    assertThat(nulls.payloadLength()).isEqualTo(4);
    assertThat(nulls.error()).isEqualTo(RawJson.NULL);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 9, 10, 65_535, 99_999_999, RequestId.MAX_NUMBER})
  void wholeNumbersAreNumericIds(long id) {
    assertThat(read("{\"id\":" + id + "}").id()).isEqualTo(RequestId.of(id));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0",
        "1.0",
        "1e3",
        "9007199254740992",
        "9999999999999999",
        "10000000000000000",
        "123456789012345678901234567890",
        "\"a\"",
        "\"\\u0041 \\n\"",
        "\"ä\"",
        "true",
        "false",
        "null",
        "[ 1, {\"id\":2} ]",
        "{\"id\":[]}"
      })
  void anyOtherIdIsKeptAsItsExactText(String id) {
    assertThat(read("{ \"id\" : " + id + " , \"command\":\"x\"}").id())
        .isEqualTo(RequestId.ofJson(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "-1.5e3", "true", "null", "[\"echo\"]", "{\"command\":\"echo\"}"})
  void commandThatIsNoStringIsKeptAsItsTextAndFlagged(String command) {
    Envelope frame = read("{\"command\": " + command + " }");

    assertThat(frame.command()).isEqualTo(command);
    assertThat(frame.isCommandText()).isFalse();
  }

  @Test
  void commandIsUnescaped() {
    Envelope frame = read("{\"command\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\uDE00é😀\"}");

    assertThat(frame.command()).isEqualTo("\"\\/\b\f\n\r\té😀é😀");
    assertThat(frame.isCommandText()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ \"a\" : [ 1 , 2 ] }",
        "[ ]",
        "\"text \\u0041 é\"",
        "-12.50e+3",
        "0",
        "true",
        "\"}\"",
        "[[],{},\"]\",{\"id\":1,\"command\":\"x\",\"payload\":2,\"error\":3}]"
      })
  void payloadAndErrorAreKeptExactlyWithoutTheSpaceAround(String json) {
    Envelope frame = read("{\"payload\" :\n " + json + " \t,\r\n\"error\":" + json + "\n}");

    assertThat(frame.payload()).hasToString(json);
    assertThat(frame.error()).hasToString(json);
    assertThat(frame.hasId() || frame.hasCommand()).isFalse();
  }

  @Test
  void orderOfKeysDoesNotMatterAndUnknownOnesAreIgnored() {
    Envelope frame =
        read("{\"x\":{\"id\":9},\"payload\":[2],\"ids\":1,\"command\":\"c\",\"Id\":2,\"id\":7}");

    assertThat(frame.id()).isEqualTo(RequestId.of(7));
    assertThat(frame.command()).isEqualTo("c");
    assertThat(frame.payload()).hasToString("[2]");
  }

  @Test
  void escapedKeyNamesAreTheSameKeys() {
    Envelope frame = read("{\"\\u0069d\":7,\"comm\\u0061nd\":\"c\",\"p\\u0061yload\":[2]}");

    assertThat(frame.id()).isEqualTo(RequestId.of(7));
    assertThat(frame.command()).isEqualTo("c");
    assertThat(frame.payload()).hasToString("[2]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "1", "\"x\"", "true", "[]", " [{\"id\":1,\"command\":\"x\"}] "})
  void otherJsonThanAnObjectIsToldApart(String json) {
    Envelope frame = read(json);

    assertThat(frame.isObject()).isFalse();
    assertThat(frame.hasId() || frame.hasCommand() || frame.hasPayload()).isFalse();
  }

  @Test
  void onlyTheGivenRangeIsReadAndNothingOfItIsShared() {
    byte[] frame = "{\"id\":\"a\",\"command\":\"echo\",\"payload\":{\"k\":\"v\"}}".getBytes(UTF_8);
    byte[] buffer = new byte[frame.length + 200];
    Arrays.fill(buffer, (byte) '"');
    System.arraycopy(frame, 0, buffer, 77, frame.length);

    Envelope envelope = READER.read(buffer, 77, frame.length);
    Arrays.fill(buffer, (byte) 'x');

    assertThat(envelope.id()).isEqualTo(RequestId.ofJson("\"a\""));
    assertThat(envelope.command()).isEqualTo("echo");
    assertThat(envelope.payload()).hasToString("{\"k\":\"v\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 100, 5000})
  void stringsOfEveryLengthEndWhereTheyEnd(int length) {
    String text = "x".repeat(length);

    Envelope frame =
        read("{\"" + text.substring(0, Math.min(length, 255)) + "_\":\"" + text + "\",\"id\":3}");

    assertThat(frame.id()).isEqualTo(RequestId.of(3));
  }

  private static Envelope read(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return READER.read(bytes, 0, bytes.length);
  }
}
