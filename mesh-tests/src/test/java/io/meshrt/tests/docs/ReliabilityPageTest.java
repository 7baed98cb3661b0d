// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ReliabilityPageTest {
  private static final Path PAGE = Pages.ROOT.resolve("docs/reliability.md");

  @Test
  void testsThatShowPromisesExist() throws IOException {
    assertThat(NamedTests.missing(NamedTests.in(Pages.text(PAGE)))).isEmpty();
  }

  @Test
  void everyPromiseNamesATestAndItsLastResult() throws IOException {
    List<String> promises = promises();

    assertThat(promises).hasSizeGreaterThan(20);
    assertThat(promises)
        .allSatisfy(
            promise -> {
              String[] cells = promise.split("\\|", -1);
              assertThat(cells).hasSize(6);
              assertThat(NamedTests.in(cells[2])).anyMatch(name -> name.contains("."));
              assertThat(cells[4])
                  .matches(" (20\\d\\d-\\d\\d-\\d\\d: .+|not run at full size yet) ");
            });
  }

  /** The rows of its tables. */
  private static List<String> promises() throws IOException {
    return Pages.text(PAGE)
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| promise |"))
        .collect(Collectors.toList());
  }
}
