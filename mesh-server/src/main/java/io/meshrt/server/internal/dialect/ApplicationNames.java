// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What applications may call their commands and pushes. */
public final class ApplicationNames {
  /** Longest name, in bytes of UTF-8. */
  public static final int MAX_BYTES = 255;

  private static final Set<String> HEARTBEAT =
      Set.of("ping", "pong", "latency", "latency:request", "latency:response");

  private ApplicationNames() {}

  /**
   * Returns the name.
   *
   * @throws IllegalArgumentException when it is empty, longer than {@value #MAX_BYTES} bytes, holds
   *     control or bidirectional override characters or half a surrogate pair, or belongs to the
   *     framework: begins with a prefix of the built-ins or is one of the heartbeat's
   */
  public static String require(String name) {
    String flaw = flawOf(name);
    if (flaw != null) {
      throw new IllegalArgumentException("name: " + flaw);
    }
    if (isReserved(name)) {
      throw new IllegalArgumentException("name: " + name + " is reserved");
    }
    return name;
  }

  /** What is wrong with a name of anything, reserved or not; null when nothing is. */
  public static @Nullable String flawOf(String name) {
    if (name.isEmpty()) {
      return "empty";
    }
    if (isTooLong(name)) {
      return "longer than " + MAX_BYTES + " bytes";
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isPlain(name.charAt(i))) {
        return "control character at " + i;
      }
    }
    return flawOfSurrogates(name);
  }

  /** What keeps a text of any characters from being the same in UTF-8; null when nothing does. */
  public static @Nullable String flawOfSurrogates(String text) {
    boolean half = text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
    return half ? "a surrogate without its other half" : null;
  }

  /** Whether the framework keeps this name to itself. */
  public static boolean isReserved(String name) {
    return name.startsWith(Generation.MESH.prefix())
        || name.startsWith(Generation.REALTIME.prefix())
        || HEARTBEAT.contains(name);
  }

  static boolean isTooLong(String name) {
    // A char takes at most three bytes, so most names need no counting.
    return name.length() > MAX_BYTES
        || (name.length() > MAX_BYTES / 3
            && name.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES);
  }

  private static boolean isPlain(char c) {
    boolean bidirectionalOverride =
        (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f;
    return !Character.isISOControl(c) && !bidirectionalOverride;
  }
}
