// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodePointsTest {
  @Test
  void orderIsThatOfTheBytesInUtf8() {
    List<String> texts =
        List.of(
            "", "a", "ab", "b", "B", "ü", "\ud7ff", "\ue000", "\uffee", "😀", "😁", "a😀",
            "a\uffee");

    for (String one : texts) {
      for (String other : texts) {
        int bytes = Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));
        assertThat(Integer.signum(CodePoints.ORDER.compare(one, other)))
            .as("%s and %s", one, other)
            .isEqualTo(Integer.signum(bytes));
      }
    }
  }
}
