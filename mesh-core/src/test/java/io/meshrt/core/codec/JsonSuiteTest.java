// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case of {@code test-data/json}, alone and as the payload of a request. */
class JsonSuiteTest {
  private static final Path FILE = Path.of("..", "test-data", "json", "parsing-cases.json");
  private static final EnvelopeReader READER =
      new EnvelopeReader(JsonLimits.forMessages(320 * 1024));

  static Stream<Arguments> cases() throws IOException {
    JsonNode cases = new ObjectMapper().readTree(FILE.toFile());
    return StreamSupport.stream(cases.spliterator(), false)
        .map(node -> Arguments.of(node.get("name").asText(), node));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void textIsTakenOrRefusedAsTold(String name, JsonNode node) throws Exception {
    byte[] text = bytes(node);
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes("{\"id\":1,\"payload\":".getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(text);
    request.write('}');

    if (node.required("taken").asBoolean()) {
      read(text);
      assertThat(read(request.toByteArray()).payload().toByteArray())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo(new String(text, StandardCharsets.UTF_8).strip());
    } else {
      assertThatThrownBy(() -> read(text)).isInstanceOf(MalformedJsonException.class);
      assertThatThrownBy(() -> read(request.toByteArray()))
          .isInstanceOf(MalformedJsonException.class);
    }
  }

  private static Envelope read(byte[] text) throws MalformedJsonException {
    return READER.read(text, 0, text.length);
  }

  private static byte[] bytes(JsonNode node) {
    if (node.has("hex")) {
      return HexFormat.of().parseHex(node.get("hex").asText());
    }
    JsonNode repeat = node.path("repeat");
    String text =
        repeat.isMissingNode()
            ? node.required("text").asText()
            : repeat.get(0).asText().repeat(repeat.get(1).asInt());
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
