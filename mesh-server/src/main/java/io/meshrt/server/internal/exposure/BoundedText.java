// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import java.util.regex.Pattern;

/**
 * A name that a pattern may look at only so often, because there are patterns that try more ways
 * than there is time for. Used by one match.
 */
public final class BoundedText implements CharSequence {
  /** Much more than patterns that do not go astray need for the longest name. */
  private static final int MAX_LOOKS = 100_000;

  private final String text;
  private int looks;

  private BoundedText(String text) {
    this.text = text;
  }

  /** How a name and a pattern relate. */
  public enum Match {
    YES,
    NO,
    /** The pattern goes astray over this name. */
    UNKNOWN
  }

  /** Matches the whole name. */
  public static Match match(Pattern pattern, String name) {
    try {
      return pattern.matcher(new BoundedText(name)).matches() ? Match.YES : Match.NO;
    } catch (Astray | StackOverflowError e) {
      return Match.UNKNOWN;
    }
  }

  @Override
  public char charAt(int index) {
    if (++looks > MAX_LOOKS) {
      throw new Astray();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }

  private static final class Astray extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Astray() {
      super(null, null, false, false);
    }
  }
}
