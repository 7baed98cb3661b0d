// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was seen that must not be: the first of it. Thread-safe. */
final class Flaws {
  private static final int MOST = 20;

  private final List<String> seen = new CopyOnWriteArrayList<>();

  void add(String flaw) {
    if (seen.size() < MOST) {
      seen.add(Instant.now() + " " + flaw);
    }
  }

  List<String> seen() {
    return List.copyOf(seen);
  }
}
