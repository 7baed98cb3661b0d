// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.meshrt.core.protocol.RequestId;
import org.junit.jupiter.api.Test;

class EnvelopeKeysTest {
  private static final EnvelopeKeys KEYS = EnvelopeKeys.of("op", "t", "d");

  private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.forMessages(1_000));

  @Test
  void partsAreFoundUnderOtherNames() {
    Envelope envelope = read("{\"op\":0,\"d\":{\"x\":1},\"\\u0074\":\"PING\",\"s\":3}");

    assertThat(envelope.id()).isEqualTo(RequestId.of(0));
    assertThat(envelope.command()).isEqualTo("PING");
    assertThat(envelope.payload()).hasToString("{\"x\":1}");
    assertThat(envelope.error()).isNull();
  }

  @Test
  void namesOfTheFamilyMeanNothingThen() {
    Envelope envelope =
        read("{\"id\":1,\"command\":\"a\",\"payload\":1,\"error\":{},\"\":2,\"op\":7}");

    assertThat(envelope.id()).isEqualTo(RequestId.of(7));
    assertThat(envelope.hasCommand()).isFalse();
    assertThat(envelope.hasPayload()).isFalse();
    assertThat(envelope.error()).isNull();
  }

  @Test
  void writtenFramesAreReadWithoutTheLimitsForPeers() {
    String deep = "[".repeat(500) + "]".repeat(500);
    byte[] frame = EnvelopeWriter.push("deep", RawJson.ofValid(deep.getBytes(UTF_8)));

    Envelope envelope = EnvelopeReader.readWritten(frame);

    assertThat(envelope.command()).isEqualTo("deep");
    assertThat(envelope.payload()).hasToString(deep);
  }

  @Test
  void whatIsNoFrameIsNotReadEither() {
    assertThatExceptionOfType(MalformedJsonException.class)
        .isThrownBy(() -> EnvelopeReader.readWritten("{\"command\":}".getBytes(UTF_8)));
  }

  private Envelope read(String json) {
    byte[] bytes = json.getBytes(UTF_8);
    return reader.read(bytes, 0, bytes.length, KEYS);
  }
}
