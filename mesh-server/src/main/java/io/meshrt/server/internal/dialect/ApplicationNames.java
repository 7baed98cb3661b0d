// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

import java.nio.charset.StandardCharsets;
import java.util.Set;

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
   *     control or bidirectional override characters, or belongs to the framework: begins with a
   *     prefix of the built-ins or is one of the heartbeat's
   */
  public static String require(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name: empty");
    }
    if (isTooLong(name)) {
      throw new IllegalArgumentException("name: longer than " + MAX_BYTES + " bytes");
    }
    if (isReserved(name)) {
      throw new IllegalArgumentException("name: " + name + " is reserved");
    }
    for (int i = 0; i < name.length(); i++) {
      if (!isPlain(name.charAt(i))) {
        throw new IllegalArgumentException("name: control character at " + i);
      }
    }
    return name;
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
