// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Catalogs.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Names of one catalog, in the order of their bytes in UTF-8. Thread-safe. */
final class InMemoryCatalog {
  // Guarded by this.
  private final TreeMap<Name, Addition> names = new TreeMap<>();

  private record Addition(String token, long timeMillis) {}

  /** A name and what it is sorted by. */
  @SuppressWarnings("ArrayRecordComponent") // only compared in order
  private record Name(String text, byte[] bytes) implements Comparable<Name> {
    static Name of(String text) {
      return new Name(text, text.getBytes(UTF_8));
    }

    @Override
    public int compareTo(Name other) {
      return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Name name && name.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.hashCode();
    }
  }

  synchronized void add(Collection<String> added, Supplier<String> newToken, long nowMillis) {
    added.forEach(name -> names.put(Name.of(name), new Addition(newToken.get(), nowMillis)));
  }

  synchronized Map<String, String> tokens(Collection<String> wanted) {
    Map<String, String> found = new HashMap<>();
    for (String name : wanted) {
      Addition addition = names.get(Name.of(name));
      if (addition != null) {
        found.put(name, addition.token());
      }
    }
    return found;
  }

  synchronized void remove(Map<String, String> tokens) {
    tokens.forEach(
        (name, token) ->
            names.computeIfPresent(
                Name.of(name),
                (key, addition) -> addition.token().equals(token) ? null : addition));
  }

  /** At most so many. */
  synchronized List<Entry> page(String prefix, String after, int count, long nowMillis) {
    Name begin = Name.of(prefix);
    Name behind = Name.of(after);
    var from =
        behind.compareTo(begin) >= 0 && !after.isEmpty()
            ? names.tailMap(behind, false)
            : names.tailMap(begin, true);
    List<Entry> page = new ArrayList<>();
    for (Map.Entry<Name, Addition> entry : from.entrySet()) {
      String name = entry.getKey().text();
      if (page.size() == count || !name.startsWith(prefix)) {
        break;
      }
      Addition addition = entry.getValue();
      page.add(new Entry(name, addition.token(), nowMillis - addition.timeMillis()));
    }
    return page;
  }
}
