// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Our reader and Jackson's strictest settings decide alike, and see the same values. */
class JsonAgreesWithJacksonTest {
  private static final long SEED = 20_261_101;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ObjectWriter COMPACT = MAPPER.writer();
  private static final ObjectWriter SPACIOUS = MAPPER.writerWithDefaultPrettyPrinter();
  private static final ObjectWriter ESCAPING = COMPACT.with(JsonWriteFeature.ESCAPE_NON_ASCII);
  private static final JsonFactory STRICT =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final EnvelopeReader READER =
      new EnvelopeReader(JsonLimits.forMessages(1_000_000));

  @Test
  void randomTreesSurviveParsing() throws IOException {
    RandomJson random = new RandomJson(SEED);
    for (int i = 0; i < 3_000; i++) {
      JsonNode tree = random.tree(6);
      for (ObjectWriter writer : new ObjectWriter[] {COMPACT, SPACIOUS, ESCAPING}) {
        byte[] json = writer.writeValueAsBytes(tree);

        RawJson parsed = RawJson.parse(json);

        assertThat(parsed.toByteArray()).isEqualTo(json);
        assertThat(MAPPER.readTree(parsed.toString())).isEqualTo(MAPPER.readTree(json));
      }
    }
  }

  @Test
  void randomEnvelopesAreTakenApartAsJacksonWould() throws IOException {
    RandomJson random = new RandomJson(SEED + 1);
    for (int i = 0; i < 3_000; i++) {
      ObjectNode frame = random.object(4);
      frame.put("command", random.text());
      frame.set("payload", random.tree(5));
      frame.set("error", random.tree(3));
      frame.set("id", random.tree(2));
      byte[] json = (i % 2 == 0 ? ESCAPING : SPACIOUS).writeValueAsBytes(frame);

      Envelope envelope = READER.read(json, 0, json.length);

      JsonNode expected = MAPPER.readTree(json);
      assertThat(envelope.command()).isEqualTo(expected.get("command").textValue());
      assertThat(tree(envelope.payload())).isEqualTo(expected.get("payload"));
      assertThat(tree(envelope.error())).isEqualTo(expected.get("error"));
      assertThat(MAPPER.readTree(envelope.id() == null ? "" : envelope.id().json()))
          .isEqualTo(expected.get("id"));
    }
  }

  @Test
  void mutatedTextsAreRefusedWhenJacksonRefusesThem() throws IOException {
    RandomJson random = new RandomJson(SEED + 2);
    int refused = 0;
    for (int i = 0; i < 100_000; i++) {
      byte[] json =
          random.mutated((i % 2 == 0 ? ESCAPING : COMPACT).writeValueAsBytes(random.tree(4)));

      boolean taken = ourReaderTakes(json);

      assertThat(taken).as(() -> new String(json, UTF_8)).isEqualTo(jacksonTakes(json));
      refused += taken ? 0 : 1;
    }
    assertThat(refused).isBetween(20_000, 90_000);
  }

  private static JsonNode tree(@Nullable RawJson json) throws IOException {
    return MAPPER.readTree(String.valueOf(json));
  }

  private static boolean ourReaderTakes(byte[] json) {
    try {
      READER.read(json, 0, json.length);
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  private static boolean jacksonTakes(byte[] json) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
    } catch (CharacterCodingException e) {
      return false;
    }
    if (json.length == 0 || json[0] == 0 || (json.length > 1 && json[1] == 0)) {
      return false;
    }
    try (JsonParser parser = STRICT.createParser(json)) {
      int depth = 0;
      int values = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        values += depth == 0 ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (values > 1 || !isSound(parser, token)) {
          return false;
        }
      }
      return values == 1;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isAtMost9999(BigInteger exponent) {
    return exponent.abs().compareTo(BigInteger.valueOf(9_999)) <= 0;
  }

  /** What Jackson lets through and we do not. */
  private static boolean isSound(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_FLOAT) {
      String text = parser.getText();
      int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
      return !Double.isInfinite(parser.getDoubleValue())
          && (exponent < 0 || isAtMost9999(new BigInteger(text.substring(exponent + 1))));
    }
    if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
      return UTF_8.newEncoder().canEncode(parser.getText());
    }
    return true;
  }
}
