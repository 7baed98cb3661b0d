// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameEncoderTest {

  @ParameterizedTest
  @CsvSource({
    "0, 8100",
    "1, 8101",
    "125, 817d",
    "126, 817e007e",
    "65535, 817effff",
    "65536, 817f0000000000010000",
    "70000, 817f0000000000011170"
  })
  void lengthHasItsShortestForm(int length, String header) {
    byte[] payload = new byte[length];
    Arrays.fill(payload, (byte) 'x');

    byte[] frame = FrameEncoder.text(payload);

    assertThat(hex(frame)).isEqualTo(header + "78".repeat(length));
  }

  @Test
  void onlyTheGivenRangeIsFramed() {
    byte[] payload = ClientFrame.utf8("abcdef");

    assertThat(hex(FrameEncoder.text(payload, 1, 3))).isEqualTo("8103626364");
    assertThat(hex(FrameEncoder.binary(payload, 2, 2))).isEqualTo("82026364");
    assertThat(hex(FrameEncoder.ping(payload, 5, 1))).isEqualTo("890166");
    assertThat(hex(FrameEncoder.pong(payload, 6, 0))).isEqualTo("8a00");
  }

  @Test
  void rangeOutsideOfThePayloadIsRefused() {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> FrameEncoder.text(new byte[3], 1, 3));
  }

  @Test
  void controlFrameCarriesAtMost125Bytes() {
    assertThat(FrameEncoder.ping(new byte[125], 0, 125)).hasSize(127);
    assertThatIllegalArgumentException().isThrownBy(() -> FrameEncoder.ping(new byte[126], 0, 126));
    assertThatIllegalArgumentException().isThrownBy(() -> FrameEncoder.pong(new byte[126], 0, 126));
  }

  @Test
  void closeCarriesCodeAndReason() {
    assertThat(hex(FrameEncoder.close(1000, ""))).isEqualTo("880203e8");
    assertThat(hex(FrameEncoder.close(4999, "bye"))).isEqualTo("88051387627965");
  }

  @Test
  void closeWithoutCodeIsEmpty() {
    assertThat(hex(FrameEncoder.close(CloseCodes.NO_CODE, ""))).isEqualTo("8800");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 2999, 5000, 66_536})
  void closeCodeThatMustNotBeSentIsRefused(int code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrameEncoder.close(code, ""))
        .withMessageContaining(String.valueOf(code));
  }

  @Test
  void reasonWithoutCodeIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FrameEncoder.close(CloseCodes.NO_CODE, "why"));
  }

  @ParameterizedTest
  @CsvSource({
    "a, 123, 123",
    "a, 124, 123",
    "é, 62, 122",
    "中, 41, 123",
    "中, 42, 123",
    "🕸, 31, 120"
  })
  void reasonIsCutBetweenCharacters(String character, int count, int reasonBytes) {
    byte[] frame = FrameEncoder.close(1000, character.repeat(count));

    assertThat(frame).hasSize(4 + reasonBytes);
    assertThat(Utf8Validator.isValid(frame, 4, frame.length)).isTrue();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
