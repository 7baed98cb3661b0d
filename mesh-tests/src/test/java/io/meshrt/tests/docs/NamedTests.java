// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tests by the names that pages call them: a class, {@code AnyTest}, or one test of it, {@code
 * AnyTest.saysAFact}, which may be inherited. Classes of the same name count as one.
 */
final class NamedTests {
  private static final Pattern NAME = Pattern.compile("`(\\w+(?:IT|Test)(?:\\.\\w+)?)`");
  private static final Pattern METHOD =
      Pattern.compile("@\\w*Test\\b.*?\\bvoid (\\w+)\\(", Pattern.DOTALL);
  private static final Pattern PARENT = Pattern.compile("\\bclass \\w+ extends (\\w+)");

  private final Map<String, Set<String>> methods = new TreeMap<>();
  private final Map<String, Set<String>> parents = new TreeMap<>();

  private NamedTests() {}

  /** Those that a text names, in back quotes. */
  static Set<String> in(String text) {
    return found(NAME, text);
  }

  /** Those of them that are in no module. */
  static Set<String> missing(Set<String> names) throws IOException {
    Set<String> missing = new TreeSet<>(names);
    missing.removeAll(all());
    return missing;
  }

  private static Set<String> all() throws IOException {
    NamedTests tests = new NamedTests();
    for (Path file : sources()) {
      tests.read(file);
    }
    Set<String> names = new TreeSet<>();
    for (String type : tests.methods.keySet()) {
      names.add(type);
      Set<String> types = new TreeSet<>();
      tests.addInherited(type, types);
      for (String declaring : types) {
        tests
            .methods
            .getOrDefault(declaring, Set.of())
            .forEach(method -> names.add(type + "." + method));
      }
    }
    return names;
  }

  private void read(Path file) throws IOException {
    String text = Files.readString(file);
    String type = file.getFileName().toString().replace(".java", "");
    methods.computeIfAbsent(type, t -> new TreeSet<>()).addAll(found(METHOD, text));
    parents.computeIfAbsent(type, t -> new TreeSet<>()).addAll(found(PARENT, text));
  }

  private void addInherited(String type, Set<String> types) {
    if (types.add(type)) {
      parents.getOrDefault(type, Set.of()).forEach(parent -> addInherited(parent, types));
    }
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Pages.ROOT)) {
      for (Path tests : modules.map(module -> module.resolve("src/test/java")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}
