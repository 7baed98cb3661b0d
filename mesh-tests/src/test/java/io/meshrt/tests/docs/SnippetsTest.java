// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every snippet of a page stands in the examples or their tests, which are compiled and run. */
class SnippetsTest {
  private static final List<Path> EXAMPLES =
      Stream.of("main", "test")
          .map(set -> Pages.ROOT.resolve("mesh-examples/src/" + set + "/java/io/meshrt/examples"))
          .toList();
  private static final Pattern SNIPPET =
      Pattern.compile("<!-- snippet: (\\S+) (\\S+) -->\n```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  @Test
  void snippetsAreThoseOfTheExamples() throws IOException {
    int count = 0;
    for (Path page : Pages.all()) {
      Matcher snippet = SNIPPET.matcher(Pages.text(page));
      while (snippet.find()) {
        count++;
        assertThat(snippet.group(3))
            .as("%s, snippet %s %s", page, snippet.group(1), snippet.group(2))
            .isEqualTo(fromExample(snippet.group(1), snippet.group(2)));
      }
    }
    assertThat(count).isGreaterThan(5);
  }

  @Test
  void linksBetweenPagesResolve() throws IOException {
    for (Path page : Pages.all()) {
      Matcher link = LINK.matcher(Pages.text(page));
      while (link.find()) {
        assertThat(page.resolveSibling(link.group(1))).as("link in %s", page).exists();
      }
    }
  }

  private static Path example(String file) {
    return EXAMPLES.stream()
        .map(folder -> folder.resolve(file))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no example " + file));
  }

  private static String fromExample(String file, String name) throws IOException {
    List<String> lines = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(example(file))) {
      if (line.strip().equals("// snippet: " + name)) {
        inside = true;
      } else if (inside && line.strip().equals("// end")) {
        return String.join("\n", lines).stripTrailing().stripIndent() + "\n";
      } else if (inside) {
        lines.add(line);
      }
    }
    throw new AssertionError("no snippet " + name + " in " + file);
  }
}
