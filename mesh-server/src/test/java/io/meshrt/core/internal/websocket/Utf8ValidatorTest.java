// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8ValidatorTest {
  private static final int SEED = 3629;
  private static final int[] CHARACTERS = {'a', 0xe9, 0x4e2d, 0x1f578, 0x7ff, 0xffff, 0x10ffff};

  private final CharsetDecoder reference =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final CharBuffer characters = CharBuffer.allocate(1024);

  @Test
  void allSequencesOfOneToThreeBytesAreJudgedAsByTheJdk() {
    for (int length = 1; length <= 3; length++) {
      byte[] sequence = new byte[length];
      for (int number = 0; number < 1 << (8 * length); number++) {
        write(number, sequence);
        checkAgainstReference(sequence);
      }
    }
  }

  @Test
  void fourByteSequencesAreJudgedAsByTheJdk() {
    int[] edges = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xf0, 0xff};
    byte[] sequence = new byte[4];
    for (int lead = 0; lead < 256; lead++) {
      for (int second = 0; second < 256; second++) {
        for (int third : edges) {
          for (int fourth : edges) {
            write((lead << 24) | (second << 16) | (third << 8) | fourth, sequence);
            checkAgainstReference(sequence);
          }
        }
      }
    }
  }

  @Test
  void randomTextsAreJudgedAsByTheJdkWhereverTheyAreDamaged() {
    var random = new Random(SEED);
    for (int round = 0; round < 100_000; round++) {
      byte[] text = randomText(random);
      if (random.nextBoolean() && text.length > 0) {
        text[random.nextInt(text.length)] = (byte) random.nextInt(256);
      }
      checkAgainstReference(text);
    }
  }

  @Test
  void slicingDoesNotChangeTheVerdict() {
    var random = new Random(SEED);
    for (int round = 0; round < 20_000; round++) {
      byte[] text = randomText(random);
      if (random.nextInt(3) == 0 && text.length > 0) {
        text[random.nextInt(text.length)] = (byte) random.nextInt(256);
      }
      int cut = random.nextInt(text.length + 1);
      int secondCut = cut + random.nextInt(text.length - cut + 1);

      int state = Utf8Validator.advance(Utf8Validator.COMPLETE, text, 0, cut);
      state = Utf8Validator.advance(state, text, cut, secondCut);
      state = Utf8Validator.advance(state, text, secondCut, text.length);

      assertThat(state)
          .isEqualTo(Utf8Validator.advance(Utf8Validator.COMPLETE, text, 0, text.length));
    }
  }

  @Test
  void textIsInvalidFromTheFirstByteThatNothingCanFollow() {
    byte[] sequence = new byte[2];
    for (int number = 0; number < 1 << 16; number++) {
      write(number, sequence);
      boolean invalid =
          Utf8Validator.advance(Utf8Validator.COMPLETE, sequence, 0, 2) == Utf8Validator.INVALID;
      assertThat(invalid).isEqualTo(!canBecomeValid(sequence));
    }
  }

  private boolean canBecomeValid(byte[] prefix) {
    for (int more = 0; more <= 3; more++) {
      if (isValidWith(prefix, more, 0x80) || isValidWith(prefix, more, 0xbf)) {
        return true;
      }
    }
    return false;
  }

  private boolean isValidWith(byte[] prefix, int more, int continuation) {
    byte[] text = Arrays.copyOf(prefix, prefix.length + more);
    Arrays.fill(text, prefix.length, text.length, (byte) continuation);
    return isValidForReference(text);
  }

  private void checkAgainstReference(byte[] text) {
    if (Utf8Validator.isValid(text, 0, text.length) != isValidForReference(text)) {
      throw new AssertionError("differs from the JDK: " + HexFormat.of().formatHex(text));
    }
  }

  private boolean isValidForReference(byte[] text) {
    characters.clear();
    reference.reset();
    CoderResult result = reference.decode(ByteBuffer.wrap(text), characters, true);
    return result.isUnderflow();
  }

  private static byte[] randomText(Random random) {
    var text = new StringBuilder();
    for (int count = random.nextInt(60); count > 0; count--) {
      boolean ascii = random.nextInt(3) > 0;
      text.appendCodePoint(ascii ? 'a' : CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(int number, byte[] target) {
    for (int index = 0; index < target.length; index++) {
      target[index] = (byte) (number >>> (8 * (target.length - 1 - index)));
    }
  }
}
