// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class BuiltInsTest {
  private static final Path PAGE = Path.of("..", "docs", "protocol.md");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `mesh/([a-z-]+)` \\| [^|]* \\| [^|]* \\|");

  @Test
  void pageOfTheProtocolTellsOfThemAll() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf("| command | payload | reply |");
    TreeSet<String> told = new TreeSet<>();
    Matcher row = ROW.matcher(page.substring(from, page.indexOf("\n\n", from)));
    while (row.find()) {
      told.add(row.group(1));
    }

    assertThat(BuiltIns.names(Generation.V1)).containsExactlyInAnyOrderElementsOf(told);
  }
}
