// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every shared case, in every slicing. */
class FrameCasesTest {
  private static final int SEED = 6455;

  static List<FrameCase> cases() {
    return FrameCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsWhenAllArrivesAtOnce(FrameCase frameCase) {
    Outcome outcome = decode(frameCase, Slicing.WHOLE);

    assertExpected(frameCase, outcome);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsWhenBytesArriveOneByOne(FrameCase frameCase) {
    Outcome outcome = decode(frameCase, Slicing.SINGLE_BYTES);

    assertExpected(frameCase, outcome);
    assertThat(outcome).isEqualTo(decode(frameCase, Slicing.WHOLE));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsInRandomSlices(FrameCase frameCase) {
    var random = new Random(SEED);

    for (int round = 0; round < 10; round++) {
      Outcome outcome = decode(frameCase, Slicing.random(random));

      assertExpected(frameCase, outcome);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void holdsWhenAnotherFrameFollowsInTheSameRead(FrameCase frameCase) {
    if (!frameCase.acceptsAnotherFrame()) {
      return;
    }
    Outcome alone = decode(frameCase, Slicing.WHOLE);
    byte[] longer = join(frameCase.stream(), ClientFrame.text("following").bytes());

    Outcome outcome = Outcome.of(longer, frameCase.maxMessageBytes(), Slicing.WHOLE);

    assertThat(outcome)
        .isEqualTo(frameCase.staysOpen() ? alone.followedBy("text following") : alone);
  }

  private static Outcome decode(FrameCase frameCase, Slicing slicing) {
    return Outcome.of(frameCase.stream(), frameCase.maxMessageBytes(), slicing);
  }

  private static void assertExpected(FrameCase frameCase, Outcome outcome) {
    int code = frameCase.violationCode();
    assertThat(outcome.events()).isEqualTo(frameCase.events());
    assertThat(outcome.end()).startsWith(code == 0 ? Outcome.OPEN : "violation " + code);
    assertThat(outcome.midMessage()).isEqualTo(!frameCase.acceptsAnotherFrame());
  }

  private static byte[] join(byte[] first, byte[] second) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }
}
