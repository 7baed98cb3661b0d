// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TextAssemblerTest {
  private final TextAssembler assembler = new TextAssembler(10);

  @Test
  void partsBecomeAMessage() {
    assertThat(assembler.append("ab", false)).isNull();
    assertThat(assembler.append("", false)).isNull();
    assertThat(text(assembler.append("cö", true))).isEqualTo("abcö");
    assertThat(text(assembler.append("next", true))).isEqualTo("next");
    assertThat(text(assembler.append("", true))).isEmpty();
  }

  @Test
  void limitCountsBytes() {
    assertThat(text(assembler.append("123456789", true))).hasSize(9);
    assertThat(text(assembler.append("12345678ö", true))).hasSize(9);
    assertThat(assembler.tooBig()).isFalse();

    assertThat(assembler.append("123456789ö", true)).isNull();
    assertThat(assembler.tooBig()).isTrue();
  }

  @Test
  void limitHoldsAcrossParts() {
    assertThat(assembler.append("12345", false)).isNull();
    assertThat(text(assembler.append("67890", true))).isEqualTo("1234567890");
    assertThat(assembler.append("12345", false)).isNull();
    assertThat(assembler.append("678901", false)).isNull();

    assertThat(assembler.tooBig()).isTrue();
    assertThat(assembler.append("x", true)).isNull();
  }

  private static String text(byte[] message) {
    return new String(message, StandardCharsets.UTF_8);
  }
}
