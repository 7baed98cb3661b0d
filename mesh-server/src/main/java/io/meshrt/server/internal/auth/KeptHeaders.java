// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.server.auth.UpgradeRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which headers of a request its connection remembers. Immutable. */
public final class KeptHeaders {
  private static final int MAX_NAMES = 32;

  private final Set<String> names;

  private KeptHeaders(Set<String> names) {
    this.names = names;
  }

  /**
   * Those of these names, in any case.
   *
   * @throws IllegalArgumentException when a name is no name of a header, or there are more than 32
   */
  public static KeptHeaders of(Collection<String> names) {
    for (String name : names) {
      if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
        throw new IllegalArgumentException("header: " + name);
      }
    }
    if (names.size() > MAX_NAMES) {
      throw new IllegalArgumentException("headers: " + names.size());
    }
    return new KeptHeaders(
        names.stream()
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** What a request has of them, by lower case name. */
  Map<String, List<String>> of(UpgradeRequest request) {
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, List<String>> kept = new HashMap<>(request.headers());
    kept.keySet().retainAll(names);
    return Map.copyOf(kept);
  }
}
