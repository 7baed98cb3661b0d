// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The project's pages as text. */
final class Pages {
  static final Path ROOT = Path.of("..");

  private Pages() {}

  /** README, and everything below docs. */
  static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>();
    try (Stream<Path> top = Files.list(ROOT)) {
      top.filter(Pages::isPage).sorted().forEach(pages::add);
    }
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      docs.filter(Pages::isPage).sorted().forEach(pages::add);
    }
    return pages;
  }

  static String text(Path page) throws IOException {
    return Files.readString(page);
  }

  /** Second cells of all table rows whose first cell is one name in back quotes, by that name. */
  static Map<String, String> secondCells(String page) throws IOException {
    Map<String, String> cells = new LinkedHashMap<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs").resolve(page))) {
      String[] row = line.split("\\|", -1);
      if (row.length > 2 && row[1].strip().matches("`[^`]+`")) {
        String name = row[1].strip().replace("`", "");
        if (cells.put(name, row[2].strip()) != null) {
          throw new AssertionError(page + " tells of " + name + " twice");
        }
      }
    }
    return cells;
  }

  private static boolean isPage(Path file) {
    return file.getFileName().toString().endsWith(".md");
  }
}
