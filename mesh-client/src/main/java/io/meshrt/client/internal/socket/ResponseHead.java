// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The head of an HTTP response, collected however it is sliced, up to a limit. */
final class ResponseHead {
  private static final int MAX_BYTES = 16 * 1024;
  private static final String VERSION = "HTTP/1.";
  private static final int STATUS_AT = VERSION.length() + 2;
  private static final int STATUS_END = STATUS_AT + 3;
  private static final String NAME_MARKS = "!#$%&'*+-.^_`|~";

  private final byte[] bytes = new byte[MAX_BYTES];
  private final Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private int length;
  private int status;

  /** Takes what belongs to the head; gives the index after it. */
  int read(byte[] buffer, int from, int to) throws IOException {
    int index = from;
    while (index < to && !isComplete()) {
      if (length == MAX_BYTES) {
        throw new IOException("a response with more than " + MAX_BYTES + " bytes of headers");
      }
      bytes[length++] = buffer[index++];
      if (endsWithEmptyLine()) {
        parse();
      }
    }
    return index;
  }

  boolean isComplete() {
    return status != 0;
  }

  int status() {
    return status;
  }

  /** All values of a header, in order. */
  List<String> values(String name) {
    return fields.getOrDefault(name, List.of());
  }

  /** Whether one of the elements of a list header is this, in whatever case. */
  boolean lists(String name, String element) {
    return values(name).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .anyMatch(listed -> listed.strip().toLowerCase(Locale.ROOT).equals(element));
  }

  private boolean endsWithEmptyLine() {
    return length >= 4
        && bytes[length - 1] == '\n'
        && bytes[length - 2] == '\r'
        && bytes[length - 3] == '\n'
        && bytes[length - 4] == '\r';
  }

  private void parse() throws IOException {
    String[] lines =
        new String(bytes, 0, length - 4, StandardCharsets.ISO_8859_1).split("\r\n", -1);
    int told = status(lines[0]);
    for (int index = 1; index < lines.length; index++) {
      addField(lines[index]);
    }
    status = told;
  }

  private static int status(String line) throws IOException {
    boolean valid =
        line.length() >= STATUS_END
            && line.startsWith(VERSION)
            && isDigit(line.charAt(VERSION.length()))
            && line.charAt(STATUS_AT - 1) == ' '
            && (line.length() == STATUS_END || line.charAt(STATUS_END) == ' ')
            && isText(line);
    int status = 0;
    for (int index = STATUS_AT; valid && index < STATUS_END; index++) {
      valid = isDigit(line.charAt(index));
      status = 10 * status + line.charAt(index) - '0';
    }
    if (!valid || status < 100 || status > 599) {
      throw new IOException("not an HTTP response");
    }
    return status;
  }

  private void addField(String line) throws IOException {
    int colon = line.indexOf(':');
    if (colon < 1 || !isName(line, colon) || !isText(line)) {
      throw new IOException("a response with a malformed header");
    }
    int from = colon + 1;
    int to = line.length();
    while (from < to && isBlank(line.charAt(from))) {
      from++;
    }
    while (from < to && isBlank(line.charAt(to - 1))) {
      to--;
    }
    fields
        .computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>())
        .add(line.substring(from, to));
  }

  private static boolean isName(String line, int length) {
    for (int index = 0; index < length; index++) {
      char c = line.charAt(index);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !isDigit(c) && NAME_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether a line holds nothing that could end it. */
  private static boolean isText(String line) {
    return line.indexOf('\r') < 0 && line.indexOf('\n') < 0 && line.indexOf('\0') < 0;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
