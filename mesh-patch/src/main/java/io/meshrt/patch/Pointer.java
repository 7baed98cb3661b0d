// SPDX-License-Identifier: Apache-2.0
package io.meshrt.patch;

import java.util.ArrayList;
import java.util.List;

/**
 * A JSON Pointer (RFC 6901) as its unescaped tokens; without tokens it is the root of a document.
 */
record Pointer(List<String> tokens) {
  private static final Pointer ROOT = new Pointer(List.of());

  // Ten digits may not fit into an int, and no array is that long.
  private static final int MAX_INDEX_DIGITS = 9;

  static Pointer parse(String text) {
    if (text.isEmpty()) {
      return ROOT;
    }
    if (text.charAt(0) != '/') {
      throw PatchException.malformed("the path does not begin with a slash");
    }
    var tokens = new ArrayList<String>(4);
    int start = 1;
    for (int end = text.indexOf('/', start); end >= 0; end = text.indexOf('/', start)) {
      tokens.add(unescape(text.substring(start, end)));
      start = end + 1;
    }
    tokens.add(unescape(text.substring(start)));
    return new Pointer(tokens);
  }

  /** How many tokens the text form has: one after each slash. */
  static int depth(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '/') {
        depth++;
      }
    }
    return depth;
  }

  /** Appends one step of a path, escaped. */
  static void append(StringBuilder path, String token) {
    path.append('/');
    if (token.indexOf('~') < 0 && token.indexOf('/') < 0) {
      path.append(token);
    } else {
      path.append(token.replace("~", "~0").replace("/", "~1"));
    }
  }

  /**
   * The array index that a token stands for.
   *
   * @param bound the first index that is too large
   * @throws PatchException if the token is no index below {@code bound}
   */
  static int index(String token, int bound) {
    int digits = token.length();
    boolean leadingZero = digits > 1 && token.charAt(0) == '0';
    if (digits == 0 || leadingZero || !token.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw PatchException.notApplicable("the path has no array index where an array is");
    }
    if (digits > MAX_INDEX_DIGITS || Integer.parseInt(token) >= bound) {
      throw PatchException.notApplicable("the array is shorter than the path says");
    }
    return Integer.parseInt(token);
  }

  boolean isRoot() {
    return tokens.isEmpty();
  }

  int depth() {
    return tokens.size();
  }

  String last() {
    return tokens.get(tokens.size() - 1);
  }

  /** Whether the other pointer leads into what this one points at. */
  boolean contains(Pointer other) {
    return depth() < other.depth() && tokens.equals(other.tokens.subList(0, depth()));
  }

  private static String unescape(String token) {
    int tilde = token.indexOf('~');
    if (tilde < 0) {
      return token;
    }
    for (; tilde >= 0; tilde = token.indexOf('~', tilde + 1)) {
      char code = tilde + 1 < token.length() ? token.charAt(tilde + 1) : 0;
      if (code != '0' && code != '1') {
        throw PatchException.malformed("the path has a tilde that escapes nothing");
      }
    }
    return token.replace("~1", "/").replace("~0", "~");
  }
}
