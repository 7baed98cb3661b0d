// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdTest {
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 65_535, RequestId.MAX_NUMBER - 1, RequestId.MAX_NUMBER})
  void wholeNumbersUpToTheLargestSafeOneAreNumbers(long number) {
    RequestId id = RequestId.of(number);

    assertThat(id.isNumber()).isTrue();
    assertThat(id.number()).isEqualTo(number);
    assertThat(id.json()).isEqualTo(Long.toString(number));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, RequestId.MAX_NUMBER + 1, Long.MIN_VALUE, Long.MAX_VALUE})
  void otherNumbersAreRefusedAndNamed(long number) {
    assertThatThrownBy(() -> RequestId.of(number))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("number: " + number);
  }

  @Test
  void anyOtherJsonIsEchoedAsItIs() {
    RequestId id = RequestId.ofJson("\"ä\"");

    assertThat(id.isNumber()).isFalse();
    assertThat(id.utf8()).isEqualTo("\"ä\"".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theLargestNumberIsTheLargestOneOfJavaScript() {
    assertThat(RequestId.MAX_NUMBER).isEqualTo(9_007_199_254_740_991L);
  }
}
