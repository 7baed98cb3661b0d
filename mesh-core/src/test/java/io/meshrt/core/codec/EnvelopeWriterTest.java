// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.core.protocol.RequestId;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeWriterTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final EnvelopeReader READER =
      new EnvelopeReader(JsonLimits.forMessages(64 * 1024));
  private static final RawJson PAYLOAD = RawJson.parse("{\"a\": [1]}");

  @Test
  void framesLookAsTheProtocolSays() {
    assertThat(text(EnvelopeWriter.request(7, "echo", PAYLOAD)))
        .isEqualTo("{\"id\":7,\"command\":\"echo\",\"payload\":{\"a\": [1]}}");
    assertThat(text(EnvelopeWriter.push("hello", RawJson.ofString("world"))))
        .isEqualTo("{\"command\":\"hello\",\"payload\":\"world\"}");
    assertThat(text(EnvelopeWriter.reply(RequestId.of(0), null, PAYLOAD)))
        .isEqualTo("{\"id\":0,\"payload\":{\"a\": [1]}}");
    assertThat(text(EnvelopeWriter.reply(RequestId.of(10), "echo", RawJson.NULL)))
        .isEqualTo("{\"id\":10,\"command\":\"echo\",\"payload\":null}");
    assertThat(text(EnvelopeWriter.reply(RequestId.ofJson("\"é\""), "void", null)))
        .isEqualTo("{\"id\":\"é\",\"command\":\"void\"}");
    assertThat(text(EnvelopeWriter.reply(RequestId.ofJson("null"), null, null)))
        .isEqualTo("{\"id\":null}");
  }

  @Test
  void failuresCarryCodeMessageAndDataIfThereIsAny() {
    assertThat(text(EnvelopeWriter.failure(RequestId.of(3), "ENOTFOUND", "no \"x\"", null)))
        .isEqualTo("{\"id\":3,\"error\":{\"code\":\"ENOTFOUND\",\"message\":\"no \\\"x\\\"\"}}");
    assertThat(text(EnvelopeWriter.failure(RequestId.ofJson("-1"), "E", "", PAYLOAD)))
        .isEqualTo("{\"id\":-1,\"error\":{\"code\":\"E\",\"message\":\"\",\"data\":{\"a\": [1]}}}");
    assertThat(EnvelopeWriter.errorObject("E", "m", RawJson.NULL))
        .hasToString("{\"code\":\"E\",\"message\":\"m\",\"data\":null}");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99, 100, 12_345, RequestId.MAX_NUMBER, Long.MAX_VALUE})
  void idsOfEveryLengthFit(long id) {
    assertThat(text(EnvelopeWriter.request(id, "c", RawJson.TRUE)))
        .isEqualTo("{\"id\":" + id + ",\"command\":\"c\",\"payload\":true}");
  }

  @Test
  void negativeIdIsRefused() {
    assertThatThrownBy(() -> EnvelopeWriter.request(-1, "c", RawJson.NULL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("id: -1");
  }

  @Test
  void everyTextIsReadBackAsItWasWritten() throws IOException {
    RandomJson random = new RandomJson(4_526);
    for (int i = 0; i < 20_000; i++) {
      String text = random.anyChars();
      String expected = withReplacements(text);

      byte[] push = EnvelopeWriter.push(text, RawJson.ofString(text));
      byte[] failure = EnvelopeWriter.failure(RequestId.of(i), text, text, RawJson.ofString(text));

      JsonNode seen = MAPPER.readTree(push);
      Envelope envelope = READER.read(push, 0, push.length);
      Envelope error = READER.read(failure, 0, failure.length);
      assertThat(seen.get("command").textValue()).isEqualTo(expected);
      assertThat(seen.get("payload").textValue()).isEqualTo(expected);
      assertThat(envelope.command()).isEqualTo(expected);
      assertThat(error.id()).isEqualTo(RequestId.of(i));
      assertThat(MAPPER.readTree(String.valueOf(error.error())).get("message").textValue())
          .isEqualTo(expected);
    }
  }

  @Test
  void requestsAreReadBackWithTheSameParts() {
    RandomJson random = new RandomJson(4_527);
    for (int i = 0; i < 2_000; i++) {
      String command = random.text();
      RawJson payload = RawJson.parse(random.tree(4).toString());

      byte[] frame = EnvelopeWriter.request(i, command, payload);
      byte[] reply = EnvelopeWriter.reply(RequestId.of(i), command, payload);

      Envelope envelope = READER.read(frame, 0, frame.length);
      assertThat(reply).isEqualTo(frame);
      assertThat(envelope.id()).isEqualTo(RequestId.of(i));
      assertThat(envelope.command()).isEqualTo(command);
      assertThat(envelope.payload()).isEqualTo(payload);
    }
  }

  private static String withReplacements(String text) {
    StringBuilder replaced = new StringBuilder();
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(replaced::appendCodePoint);
    return replaced.toString();
  }

  private static String text(byte[] frame) {
    return new String(frame, UTF_8);
  }
}
