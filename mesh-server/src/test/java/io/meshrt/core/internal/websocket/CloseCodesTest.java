// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CloseCodesTest {

  @Test
  void registeredAndApplicationCodesAreTheOnlyOnesOnTheWire() {
    IntStream allowed =
        IntStream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014);

    IntStream expected = IntStream.concat(allowed, IntStream.rangeClosed(3000, 4999));

    assertThat(IntStream.rangeClosed(-1, 70_000).filter(CloseCodes::isValidOnWire))
        .containsExactlyElementsOf(expected.boxed().toList());
  }
}
