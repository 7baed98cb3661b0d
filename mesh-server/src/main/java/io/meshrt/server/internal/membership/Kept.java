// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered under a key.
 *
 * <p>As bytes: the time in the first line, then a line for each room, its name behind a letter that
 * tells who added it.
 *
 * @param renewedMillis when its time to live last began, since 1970
 * @param rooms by name, in the order in which they were added, and who did
 */
record Kept(long renewedMillis, Map<String, By> rooms) {
  /** Nothing, since never. */
  static final Kept NOTHING = new Kept(0, Map.of());

  /** Who added a room. */
  enum By {
    CLIENT('c'),
    SERVER('s');

    private final char letter;

    By(char letter) {
      this.letter = letter;
    }
  }

  Kept {
    rooms = Collections.unmodifiableMap(new LinkedHashMap<>(rooms));
  }

  Kept changed(Consumer<Map<String, By>> change) {
    Map<String, By> changed = new LinkedHashMap<>(rooms);
    change.accept(changed);
    return new Kept(renewedMillis, changed);
  }

  Kept renewed(long nowMillis) {
    return new Kept(nowMillis, rooms);
  }

  byte[] encode() {
    StringBuilder text = new StringBuilder().append(renewedMillis);
    rooms.forEach((room, by) -> text.append('\n').append(by.letter).append(room));
    return text.toString().getBytes(UTF_8);
  }

  /** Null when nothing is there, or nothing of ours. */
  static @Nullable Kept decode(byte @Nullable [] value) {
    if (value == null) {
      return null;
    }
    String[] lines = new String(value, UTF_8).split("\n", -1);
    Map<String, By> rooms = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      String line = lines[i];
      if (line.length() > 1) {
        rooms.put(line.substring(1), line.charAt(0) == By.SERVER.letter ? By.SERVER : By.CLIENT);
      }
    }
    try {
      return new Kept(Long.parseLong(lines[0]), rooms);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
