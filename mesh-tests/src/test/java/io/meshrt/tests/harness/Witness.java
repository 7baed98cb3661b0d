// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Is told who comes and goes, from the beginning, and must be told each change once. */
public final class Witness {
  private final String name;
  private final Map<String, List<Boolean>> told = new ConcurrentHashMap<>();

  /** Has been told nothing; the name is for failures. */
  public Witness(String name) {
    this.name = name;
  }

  /** Somebody joined, or left. */
  public void onChange(String connectionId, boolean joined) {
    told.computeIfAbsent(connectionId, id -> new CopyOnWriteArrayList<>()).add(joined);
  }

  /** Who is there, as far as was told. */
  public Set<String> present() {
    Set<String> present = new HashSet<>();
    told.forEach(
        (id, changes) -> {
          if (changes.get(changes.size() - 1)) {
            present.add(id);
          }
        });
    return present;
  }

  /** Checks that joins and leaves of each alternate. */
  public void assertEachOnce() {
    told.forEach(
        (id, changes) -> {
          for (int i = 0; i < changes.size(); i++) {
            assertThat(changes.get(i)).as("%s of %s: %s", name, id, changes).isEqualTo(i % 2 == 0);
          }
        });
  }
}
