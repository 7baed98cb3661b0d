// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The stock, seen in full and as patches. */
class LiveInventoryIT {
  @Test
  void bothSeeWhatIsTakenAndTheOneWhoTakesSeesItFirst() throws Exception {
    List<String> shown = shown();

    assertThat(shown).containsSubsequence("display: 8 nuts", "display: 0 nuts");
    assertThat(shown)
        .containsSubsequence(
            "terminal: [{\"op\":\"replace\",\"path\":\"/stock/bolt\",\"value\":2}]",
            "terminal sees at once: 0 nuts",
            "refused: one nut more");
  }

  private static List<String> shown() throws Exception {
    PrintStream terminal = System.out;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      LiveInventory.main(new String[0]);
    } finally {
      System.setOut(terminal);
    }
    return shown.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
