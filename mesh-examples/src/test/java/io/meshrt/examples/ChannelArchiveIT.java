// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program with a database remembers. */
class ChannelArchiveIT {
  @TempDir private Path folder;

  @Test
  void theNextServerReadsWhatTheOneBeforePublished() throws Exception {
    assertThat(shownBy()).containsSubsequence("kept: order 1", "kept: order 2", "kept: order 3");
  }

  @Test
  void aFileRemembersWhatWasSaidWhenItRanBefore() throws Exception {
    String file = "jdbc:h2:" + folder.resolve("archive") + ";MODE=PostgreSQL";
    List<String> first = shownBy(file);

    List<String> second = shownBy(file);

    assertThat(first.stream().filter("kept: order 3"::equals)).hasSize(1);
    assertThat(second.stream().filter("kept: order 3"::equals)).hasSize(2);
  }

  private static List<String> shownBy(String... args) throws Exception {
    PrintStream terminal = System.out;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      ChannelArchive.main(args);
    } finally {
      System.setOut(terminal);
    }
    return shown.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
