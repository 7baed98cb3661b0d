// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The board, changed by two at the same time. */
class BoardIT {
  @Test
  void oneGetsTheTaskThatBothWant() {
    List<String> shown = shown();

    long dishes =
        shown.stream().filter(line -> line.matches("(Ann|Bob) has dishes")).distinct().count();
    assertThat(dishes).isEqualTo(1);
    assertThat(shown).contains("Bob has bread");
    assertThat(shown).filteredOn(line -> line.startsWith("Sorry")).hasSize(1);
    assertThat(shown)
        .anyMatch(line -> line.matches("In the end: \\{dishes=(Ann|Bob), floor=, bread=Bob}"));
  }

  private static List<String> shown() {
    PrintStream terminal = System.out;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      Board.main(new String[0]);
    } finally {
      System.setOut(terminal);
    }
    return shown
        .toString(StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.contains("INFO"))
        .toList();
  }
}
