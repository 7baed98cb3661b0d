// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptHeadersTest {
  @Test
  void whatIsKeptAreHeadersAndNotTooMany() {
    for (List<String> names : List.of(List.of(""), List.of("a b"), Collections.nCopies(33, "a"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> KeptHeaders.of(names))
          .withMessageContaining("header");
    }
  }
}
