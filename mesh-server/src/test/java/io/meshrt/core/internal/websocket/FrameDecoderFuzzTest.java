// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Random streams of frames, most of them damaged. {@link Outcome} checks memory and bounds; here
 * the slicing must not change what comes out, and nothing but a ProtocolViolation may come out.
 */
class FrameDecoderFuzzTest {
  private static final int STREAMS = Boolean.getBoolean("mesh.full") ? 100_000 : 10_000;

  @Test
  void slicingNeverChangesWhatAStreamMeans() {
    IntStream.range(0, STREAMS).forEach(FrameDecoderFuzzTest::checkStream);
  }

  private static void checkStream(int seed) {
    var random = new Random(seed);
    byte[] stream = MutatedStream.random(random);

    try {
      Outcome whole = Outcome.of(stream, MutatedStream.MAX_MESSAGE_BYTES, Slicing.WHOLE);
      assertThat(Outcome.of(stream, MutatedStream.MAX_MESSAGE_BYTES, Slicing.SINGLE_BYTES))
          .isEqualTo(whole);
      assertThat(Outcome.of(stream, MutatedStream.MAX_MESSAGE_BYTES, Slicing.random(random)))
          .isEqualTo(whole);
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + HexFormat.of().formatHex(stream), e);
    }
  }
}
