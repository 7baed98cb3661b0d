// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.MeshServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The chat, with nobody at the keyboard and with somebody. */
class ChatIT {
  @Test
  void talksToItselfAndEnds() throws Exception {
    assertThat(shownBy("", new String[0]))
        .containsSubsequence("Ann: Is anybody here?", "Bob: I am.", "Ann: I had hoped so.");
  }

  @Test
  void saysWhatIsTypedUntilAnEmptyLine() throws Exception {
    try (MeshServer server = Chat.server(0)) {
      String url = "ws://localhost:" + server.port();

      shownBy("Hello\nBye\n\nnever said\n", new String[] {"Ann", url});
      assertThat(shownBy("Hi\n\n", new String[] {"Bob", url}))
          .containsSubsequence("Ann: Hello", "Ann: Bye");

      // Bob may have left before his own words came back to him; who comes later finds them
      assertThat(shownBy("\n", new String[] {"Cid", url}))
          .containsSubsequence("Ann: Hello", "Ann: Bye", "Bob: Hi")
          .doesNotContain("Ann: never said");
    }
  }

  private static String[] shownBy(String typed, String[] args) throws Exception {
    PrintStream terminal = System.out;
    InputStream keyboard = System.in;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
    System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
    try {
      Chat.main(args);
    } finally {
      System.setOut(terminal);
      System.setIn(keyboard);
    }
    return shown.toString(StandardCharsets.UTF_8).lines().toArray(String[]::new);
  }
}
