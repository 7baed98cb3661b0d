// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * Internal address of something several nodes share: a channel, a room, a record group, a node.
 *
 * <p>What is kept for topics of one name lies together, whatever their kinds: one atomic step can
 * touch all of it, and nothing of another name.
 *
 * @param kind a word of the framework's: lower case letters and dots
 * @param name any text without lone surrogates, as a user chose it; may be empty
 */
public record Topic(String kind, String name) {
  /** Checks both parts. */
  public Topic {
    if (!isWord(kind)) {
      throw new IllegalArgumentException("kind: " + kind);
    }
    if (hasLoneSurrogate(name)) {
      throw new IllegalArgumentException("name: a surrogate without its other half");
    }
  }

  /** Where the changes of this group's members are published. */
  public Topic events() {
    return new Topic(kind + ".events", name);
  }

  private static boolean isWord(String kind) {
    for (int i = 0; i < kind.length(); i++) {
      char c = kind.charAt(i);
      if ((c < 'a' || c > 'z') && c != '.') {
        return false;
      }
    }
    return !kind.isEmpty();
  }

  private static boolean hasLoneSurrogate(String text) {
    // A pair is one code point beyond the surrogates; what is left over is a half.
    for (int i = 0; i < text.length(); i++) {
      int c = text.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        return true;
      }
      i += Character.charCount(c) - 1;
    }
    return false;
  }
}
