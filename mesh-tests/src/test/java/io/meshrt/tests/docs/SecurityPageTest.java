// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecurityPageTest {
  @Test
  void testsThatProveItExist() throws IOException {
    Set<String> named = NamedTests.in(Pages.text(Pages.ROOT.resolve("SECURITY.md")));

    assertThat(named).hasSizeGreaterThan(10);
    assertThat(NamedTests.missing(named)).isEmpty();
  }
}
