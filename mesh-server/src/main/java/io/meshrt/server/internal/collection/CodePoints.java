// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import java.util.Comparator;

/** The order of texts by their code points, which is that of their bytes in UTF-8. */
final class CodePoints {
  static final Comparator<String> ORDER = CodePoints::compare;

  private CodePoints() {}

  private static int compare(String a, String b) {
    int length = Math.min(a.length(), b.length());
    for (int i = 0; i < length; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        // Surrogates stand for more than any other char does.
        boolean apart = Character.isSurrogate(x) != Character.isSurrogate(y);
        return apart ? Boolean.compare(Character.isSurrogate(x), false) * 2 - 1 : x - y;
      }
    }
    return a.length() - b.length();
  }
}
