// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What this node knew last of the records it wrote; those it wrote longest ago are forgotten first.
 * What is in here may be outdated: whoever writes upon it finds out. Thread-safe.
 */
final class Bases {
  private static final int MAX_ENTRIES = 4_096;

  private final int maxBytes;

  // Guarded by this.
  private final Map<String, Base> bases = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** At most so many bytes of values as JSON. */
  Bases(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized Optional<Base> get(String id) {
    return Optional.ofNullable(bases.get(id));
  }

  synchronized void put(String id, Base base) {
    forget(id);
    bases.put(id, base);
    bytes += base.bytes();
    var eldest = bases.entrySet().iterator();
    while (bytes > maxBytes || bases.size() > MAX_ENTRIES) {
      bytes -= eldest.next().getValue().bytes();
      eldest.remove();
    }
  }

  synchronized void forget(String id) {
    Base known = bases.remove(id);
    if (known != null) {
      bytes -= known.bytes();
    }
  }

  synchronized int size() {
    return bases.size();
  }
}
