// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What happened to members between two versions of a collection.
 *
 * @param touched what happened to each first
 */
record Delta(Map<String, Kind> touched) {
  /** What may happen to a member. */
  enum Kind {
    ADDED,
    CHANGED,
    REMOVED
  }

  /** The difference of two sets of members. */
  static Delta between(CollectionState before, List<Member> after) {
    Map<String, Kind> touched = new LinkedHashMap<>();
    int kept = 0;
    for (Member member : after) {
      Member known = before.member(member.id());
      if (known == null) {
        touched.put(member.id(), Kind.ADDED);
      } else {
        kept++;
        if (!known.version().equals(member.version())) {
          touched.put(member.id(), Kind.CHANGED);
        }
      }
    }
    if (kept < before.members().size()) {
      Set<String> present = new HashSet<>();
      after.forEach(member -> present.add(member.id()));
      before.members().stream()
          .map(Member::id)
          .filter(id -> !present.contains(id))
          .forEach(id -> touched.put(id, Kind.REMOVED));
    }
    return new Delta(touched);
  }

  boolean isEmpty() {
    return touched.isEmpty();
  }

  int size() {
    return touched.size();
  }

  /** Several that follow each other as one, which leads to a state. */
  static Delta joined(List<Delta> deltas, CollectionState to) {
    Map<String, Kind> first = new LinkedHashMap<>();
    for (Delta delta : deltas) {
      delta.touched.forEach(first::putIfAbsent);
    }
    Map<String, Kind> joined = new LinkedHashMap<>();
    first.forEach(
        (id, kind) -> {
          boolean was = kind != Kind.ADDED;
          boolean is = to.member(id) != null;
          if (was && is) {
            joined.put(id, Kind.CHANGED);
          } else if (was) {
            joined.put(id, Kind.REMOVED);
          } else if (is) {
            joined.put(id, Kind.ADDED);
          }
        });
    return new Delta(joined);
  }
}
