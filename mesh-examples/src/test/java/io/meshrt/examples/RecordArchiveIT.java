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

/** The program with a database goes on where it was. */
class RecordArchiveIT {
  @TempDir private Path folder;

  @Test
  void theNextServerHasWhatTheOneBeforeWrote() throws Exception {
    assertThat(shownBy()).contains("3 visits, version 3");
  }

  @Test
  void aFileRemembersValuesAndVersions() throws Exception {
    String file = "jdbc:h2:" + folder.resolve("records") + ";MODE=PostgreSQL";

    assertThat(shownBy(file)).contains("3 visits, version 3");
    assertThat(shownBy(file)).contains("6 visits, version 6");
  }

  private static List<String> shownBy(String... args) throws Exception {
    PrintStream terminal = System.out;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
    try {
      RecordArchive.main(args);
    } finally {
      System.setOut(terminal);
    }
    return shown.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
