// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawJsonTest {
  @Test
  void parsedTextLosesOnlyTheSpaceAroundIt() {
    assertThat(RawJson.parse(" \r\n\t[ 1, 2 ]\n")).hasToString("[ 1, 2 ]");
    assertThat(RawJson.parse(" null ")).isEqualTo(RawJson.NULL);
    assertThat(RawJson.parse("\" x \"")).hasToString("\" x \"");
  }

  @Test
  void parsedBytesAreCopied() {
    byte[] bytes = "[1]".getBytes(UTF_8);

    RawJson json = RawJson.parse(bytes);
    bytes[1] = '2';
    json.toByteArray()[1] = '3';

    assertThat(json).hasToString("[1]");
  }

  @Test
  void javaStringWithLoneSurrogateIsNoJson() {
    assertThatThrownBy(() -> RawJson.parse("\"\ud800\""))
        .isInstanceOf(MalformedJsonException.class)
        .hasMessage("a surrogate without its other half at byte 0");
  }

  @Test
  void equalityIsThatOfTheBytes() {
    assertThat(RawJson.parse("[1]")).isEqualTo(RawJson.parse("[1]"));
    assertThat(RawJson.parse("[1]")).hasSameHashCodeAs(RawJson.parse("[1]"));
    assertThat(RawJson.parse("1")).isNotEqualTo(RawJson.parse("1.0"));
    assertThat(RawJson.parse("[1]").equals((Object) "[1]")).isFalse();
  }

  @Test
  void nullIsKnown() {
    assertThat(RawJson.NULL.isNull()).isTrue();
    assertThat(RawJson.parse("null").isNull()).isTrue();
    assertThat(RawJson.parse("\"n\"").isNull()).isFalse();
    assertThat(RawJson.TRUE.isNull() || RawJson.EMPTY_OBJECT.isNull()).isFalse();
  }

  @Test
  void textIsCopiedWhereItIsWanted() {
    byte[] target = "........".getBytes(UTF_8);

    RawJson.parse("\"é\"").copyTo(target, 2);

    assertThat(new String(target, UTF_8)).isEqualTo("..\"é\"..");
    assertThat(RawJson.parse("\"é\"").length()).isEqualTo(4);
  }

  @Test
  void scalarsAreMadeDirectly() {
    assertThat(RawJson.ofNumber(Long.MIN_VALUE)).hasToString("-9223372036854775808");
    assertThat(RawJson.ofString("a\"b\ud800")).hasToString("\"a\\\"b\uFFFD\"");
    assertThat(RawJson.FALSE).hasToString("false");
  }

  @Test
  void insideOtherValuesItIsWrittenAsItIs() throws Exception {
    Map<String, RawJson> map = Map.of("k", RawJson.parse("{\"n\": 1.0}"));

    assertThat(new ObjectMapper().writeValueAsString(map)).isEqualTo("{\"k\":{\"n\": 1.0}}");
  }
}
