// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import static io.meshrt.patch.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeterTest {

  @Test
  void bytesAreThoseOfTheText() {
    for (int seed = 0; seed < 500; seed++) {
      JsonNode value = new RandomJson(seed).document();

      assertThat(bytes(value))
          .as("seed %d: %s", seed, value)
          .isEqualTo(value.toString().getBytes(StandardCharsets.UTF_8).length);
    }
  }

  @Test
  void unusualScalarsAreWeighedToo() throws JsonProcessingException {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    for (JsonNode value :
        List.of(
            nodes.numberNode(Long.MIN_VALUE),
            nodes.numberNode(Long.MAX_VALUE),
            nodes.numberNode(-10),
            nodes.numberNode(0),
            nodes.numberNode(1.25f),
            nodes.numberNode(1e300),
            nodes.numberNode(new BigInteger("1".repeat(50))),
            nodes.textNode("\u0000\u001f\b\t\n\f\r\"\\/\u007f\u0080\u07ff\u0800\uffff"),
            nodes.binaryNode(new byte[100]))) {
      assertThat(bytes(value))
          .as("%s", value)
          .isEqualTo(Json.MAPPER.writeValueAsBytes(value).length);
    }
  }

  @Test
  void weighingStopsBeyondTheLimit() {
    JsonNode value = json("['" + "x".repeat(100) + "','" + "y".repeat(1_000) + "']");
    var meter = new Meter(50, 64);

    assertThat(meter.addValue(value, 0)).isFalse();
    assertThat(meter.bytes()).isLessThan(200);
  }

  @Test
  void depthIsCountedFromTheRoot() {
    assertThat(new Meter(100, 2).addValue(json("[[1]]"), 0)).isTrue();
    assertThat(new Meter(100, 2).addValue(json("[[1]]"), 1)).isFalse();
    assertThat(new Meter(100, 2).addValue(json("[[[]]]"), 0)).isFalse();
    assertThat(new Meter(100, 2).addValue(json("1"), 2)).isTrue();
  }

  private static long bytes(JsonNode value) {
    var meter = new Meter(Long.MAX_VALUE, 64);
    meter.addValue(value, 0);
    return meter.bytes();
  }
}
