// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import io.meshrt.client.internal.dialect.CollectionItem;
import io.meshrt.client.internal.dialect.CollectionPush;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an older server pushed before the answer to one who subscribes: nobody can tell which of the
 * two is newer. Owned by the state thread.
 */
final class Early {
  private static final int MAX_PUSHES = 64;

  private final List<CollectionPush> diffs = new ArrayList<>();
  private final List<CollectionItem> records = new ArrayList<>();
  private boolean full;

  void clear() {
    diffs.clear();
    records.clear();
    full = false;
  }

  void add(CollectionPush diff) {
    if (hasRoom()) {
      diffs.add(diff);
    }
  }

  void add(CollectionItem record) {
    if (hasRoom()) {
      records.add(record);
    }
  }

  private boolean hasRoom() {
    full |= diffs.size() + records.size() >= MAX_PUSHES;
    return !full;
  }

  /** Whether it says something else than the answer, or may have said so. */
  boolean contradicts(CollectionState answer) {
    return full
        || diffs.stream().anyMatch(diff -> contradicts(diff, answer))
        || records.stream().anyMatch(record -> differs(record, answer.member(record.id())));
  }

  private static boolean contradicts(CollectionPush diff, CollectionState answer) {
    return diff.gone().stream().anyMatch(id -> answer.member(id) != null)
        || diff.put().stream().anyMatch(item -> isOther(item, answer.member(item.id())));
  }

  private static boolean isOther(CollectionItem item, @Nullable CollectionItem answered) {
    return answered == null || differs(item, answered);
  }

  private static boolean differs(CollectionItem item, @Nullable CollectionItem answered) {
    return answered != null && !CollectionState.hasSameValue(answered, item);
  }
}
