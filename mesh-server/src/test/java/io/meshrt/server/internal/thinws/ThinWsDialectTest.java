// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.thinws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonLimits;
import io.meshrt.core.codec.MalformedJsonException;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Inbound;
import io.meshrt.server.internal.dialect.Request;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ThinWsDialectTest {
  private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.forMessages(100_000));
  private final ThinWsDialect dialect = ThinWsDialect.INSTANCE;

  private Inbound read(String json) {
    byte[] bytes = ("xx" + json).getBytes(UTF_8);
    return dialect.read(reader, bytes, 2, bytes.length - 2);
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"messageID\":7,\"type\":\"connect\",\"connectionID\":\"1\"}|thinws-connect",
        "{\"type\":\"subscribe\",\"roomID\":\"r\",\"messageID\":7}|thinws-subscribe",
        "{\"messageID\":7,\"type\":\"message\",\"message\":{\"type\":\"connect\"}}|thinws-message",
        "{\"messageID\":7,\"type\":\"mesh/noop\"}|thinws-other",
        "{\"messageID\":7,\"type\":\"thinws-connect\"}|thinws-other",
        "{\"messageID\":7,\"type\":[\"connect\"]}|thinws-other",
        "{\"messageID\":7}|thinws-other"
      })
  void eachFrameIsABuiltInsAndIsAcknowledged(String json, String name) {
    Request request = (Request) read(json);

    assertThat(request.name()).isEqualTo(name);
    assertThat(request.builtIn()).isTrue();
    assertThat(request.payload().toString()).isEqualTo(json);
    assertThat(text(dialect.reply(request, RawJson.NULL)))
        .isEqualTo("{\"type\":\"ack\",\"messageID\":7}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "\"x\"", "[]", "null", "true"})
  void whatIsNoObjectIsIgnored(String json) {
    assertThat(read(json)).isEqualTo(Inbound.Ignored.INSTANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"4246876157784149", "1.5", "\"a\"", "null", "{\"a\":[1]}"})
  void anyIdIsGivenBackAsItIs(String id) {
    Request request = (Request) read("{\"type\":\"x\",\"messageID\":" + id + "}");

    assertThat(text(dialect.reply(request, null)))
        .isEqualTo("{\"type\":\"ack\",\"messageID\":" + id + "}");
  }

  @Test
  void anAcknowledgementOfNoIdHasNone() {
    assertThat(text(dialect.reply((Request) read("{\"type\":\"x\"}"), null)))
        .isEqualTo("{\"type\":\"ack\"}");
  }

  @Test
  void onlyRefusalsTellTheirReason() {
    Request request = (Request) read("{\"type\":\"x\"}");

    assertThat(text(dialect.failure(request, Failure.of(ErrorCode.UNAVAILABLE, "Redis"))))
        .isEqualTo("{\"type\":\"error\",\"message\":\"Internal server error\"}");
    assertThat(text(dialect.builtInFailure(request, Failure.of(ErrorCode.SERVER, "inner"))))
        .isEqualTo("{\"type\":\"error\",\"message\":\"Internal server error\"}");
    assertThat(text(dialect.failure(request, Failure.of(ErrorCode.ACCESS_DENIED, "No."))))
        .isEqualTo("{\"type\":\"error\",\"message\":\"No.\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"message\":1}|{\"type\":\"message\",\"message\":1,\"roomID\":\"r\"}",
        "{\"message\":1,\"along\":{\"payload\":1}}"
            + "|{\"type\":\"message\",\"roomID\":\"r\",\"payload\":1}",
        "{\"message\":1,\"along\":{\"payload\":2,\"message\":1}}"
            + "|{\"type\":\"message\",\"roomID\":\"r\",\"payload\":2,\"message\":1}",
        "{\"message\":1,\"along\":{\"more\":[]}}"
            + "|{\"type\":\"message\",\"message\":1,\"roomID\":\"r\",\"more\":[]}"
      })
  void roomMessagesLookAsTheyWereSent(String told, String frame) {
    RawJson payload = RawJson.ofValid(("{\"roomName\":\"r\"," + told.substring(1)).getBytes(UTF_8));

    assertThat(text(dialect.push(Dialect.ROOM_MESSAGE, payload))).isEqualTo(frame);
  }

  @Test
  void garbageIsIgnoredOrRefusedByTheReader() {
    Random random = new Random(7);
    byte[] frame = "{\"messageID\":7,\"type\":\"message\",\"roomID\":\"r\"}".getBytes(UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = frame.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) (32 + random.nextInt(96));
      }
      try {
        Inbound inbound = dialect.read(reader, damaged, 0, damaged.length);
        if (inbound instanceof Request request) {
          assertThat(text(dialect.reply(request, null))).startsWith("{\"type\":\"ack\"");
        }
      } catch (MalformedJsonException e) {
        assertThat(e).hasMessageNotContaining("io.meshrt"); // the session ignores it
      }
    }
  }
}
