// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway.internal.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@code .env} file: {@code NAME=value} in lines, comments behind {@code #}, perhaps quotes. */
public final class DotEnv {
  private static final Pattern LINE =
      Pattern.compile("\\s*(?:export\\s+)?([A-Za-z_][A-Za-z0-9_]*)\\s*=(.*)");

  private DotEnv() {}

  /**
   * What a file says, behind which the environment stands.
   *
   * @param file need not exist
   * @return the file's values and, over them, those of {@code environment}
   * @throws UncheckedIOException when it exists and cannot be read
   */
  public static Map<String, String> under(Path file, Map<String, String> environment) {
    Map<String, String> all = new LinkedHashMap<>();
    if (Files.isRegularFile(file)) {
      try {
        all.putAll(parse(Files.readAllLines(file)));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + file, e);
      }
    }
    all.putAll(environment);
    return all;
  }

  static Map<String, String> parse(List<String> lines) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String line : lines) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        values.put(matcher.group(1), value(matcher.group(2).strip()));
      }
    }
    return values;
  }

  /**
   * In double quotes {@code \n} is a new line, for keys; in single ones all is meant as written.
   */
  private static String value(String text) {
    for (char quote : new char[] {'"', '\''}) {
      int end = text.indexOf(quote, 1);
      if (end > 0 && text.charAt(0) == quote) {
        String inside = text.substring(1, end);
        return quote == '"' ? inside.replace("\\n", "\n") : inside;
      }
    }
    int comment = (" " + text).indexOf(" #");
    return comment < 0 ? text : text.substring(0, Math.max(0, comment - 1)).strip();
  }
}
