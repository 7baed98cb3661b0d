// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MaskingTest {
  private static final int SEED = 53;
  private static final byte[] KEY = {(byte) 0x37, (byte) 0xfa, (byte) 0x21, (byte) 0x3d};

  @Test
  void everyByteIsCombinedWithItsByteOfTheKey() {
    var random = new Random(SEED);
    for (int length = 0; length < 70; length++) {
      for (int from = 0; from < 9; from++) {
        byte[] buffer = new byte[from + length + 9];
        random.nextBytes(buffer);
        byte[] expected = maskedOneByOne(buffer, from, length);

        Masking.unmask(buffer, from, from + length, Masking.key(KEY, 0));

        assertThat(buffer).isEqualTo(expected);
      }
    }
  }

  @Test
  void payloadCanBeUnmaskedInSlices() {
    var random = new Random(SEED);
    byte[] buffer = new byte[100];
    random.nextBytes(buffer);
    byte[] expected = maskedOneByOne(buffer, 0, buffer.length);

    int done = 0;
    while (done < buffer.length) {
      int next = Math.min(buffer.length, done + 1 + random.nextInt(20));
      Masking.unmask(buffer, done, next, Masking.keyAfter(Masking.key(KEY, 0), done));
      done = next;
    }

    assertThat(buffer).isEqualTo(expected);
  }

  @Test
  void asciiIsRecognisedByThePlainBytes() {
    for (int length = 1; length < 40; length++) {
      for (int position = 0; position < length; position++) {
        byte[] ascii = maskedOneByOne(new byte[length], 0, length);
        byte[] notAscii = ascii.clone();
        notAscii[position] ^= (byte) 0x80;

        assertThat(Masking.unmask(ascii, 0, length, Masking.key(KEY, 0))).isTrue();
        assertThat(Masking.unmask(notAscii, 0, length, Masking.key(KEY, 0))).isFalse();
      }
    }
  }

  private static byte[] maskedOneByOne(byte[] buffer, int from, int length) {
    byte[] masked = buffer.clone();
    for (int index = 0; index < length; index++) {
      masked[from + index] ^= KEY[index % 4];
    }
    return masked;
  }
}
