// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBuilderTest {
  private static final int KEPT_BYTES = 100;

  private final FrameBuilder builder = new FrameBuilder(KEPT_BYTES);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100, 101, 125, 126, 65535, 65536, 300_000})
  void frameIsTheSameAsTheEncodersOwn(int length) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) 'x');

    builder.write(payload);

    assertThat(builder.payloadBytes()).isEqualTo(length);
    assertThat(builder.toTextFrame()).isEqualTo(FrameEncoder.text(payload));
  }

  @Test
  void frameLiesInTheBufferWithoutACopy() {
    builder.write(ClientFrame.utf8("[Hello]"), 1, 5);
    builder.write('!');

    int start = builder.finishText();

    assertThat(Arrays.copyOfRange(builder.buffer(), start, builder.end()))
        .isEqualTo(FrameEncoder.text(ClientFrame.utf8("Hello!")));
  }

  @Test
  void frameTakenIsIndependentOfTheNextOne() {
    builder.write(ClientFrame.utf8("first"));
    byte[] first = builder.toTextFrame();

    builder.clear();
    builder.write(ClientFrame.utf8("other"));

    assertThat(first).isEqualTo(FrameEncoder.text(ClientFrame.utf8("first")));
    assertThat(builder.toTextFrame()).isEqualTo(FrameEncoder.text(ClientFrame.utf8("other")));
  }

  @Test
  void arrayIsKeptUnlessItGrew() {
    byte[] original = builder.buffer();

    builder.write(new byte[KEPT_BYTES]);
    builder.clear();
    assertThat(builder.buffer()).isSameAs(original);
    builder.write(new byte[KEPT_BYTES + 1]);
    builder.clear();

    assertThat(builder.buffer()).hasSameSizeAs(original);
  }

  @Test
  void negativeCapacityIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new FrameBuilder(-1));
  }
}
