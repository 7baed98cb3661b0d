// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentDecoderTest {
  @Test
  void decodesUtf8() {
    assertThat(PercentDecoder.decode("/gr%C3%BC%C3%9Fe%20a+b", false)).isEqualTo("/grüße a+b");
  }

  @Test
  void plusIsASpaceInQueries() {
    assertThat(PercentDecoder.decode("a+b%2Bc", true)).isEqualTo("a b+c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "%zz", "%C3", "%FF", "%00", "%0A", "%7F", "%ED%A0%80"})
  void brokenEncodingIsRefused(String text) {
    assertThat(PercentDecoder.decode(text, false)).isNull();
  }
}
