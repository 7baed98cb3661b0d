// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import io.meshrt.client.internal.dialect.CollectionItem;
import io.meshrt.client.internal.dialect.CollectionPush;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has been told since a state and is to be shown together, perhaps in several pushes. Owned by
 * the state thread.
 */
final class Gathering {
  private final Map<String, CollectionItem> put = new LinkedHashMap<>();
  private final Set<String> gone = new HashSet<>();
  private CollectionState basis;
  private long version;
  private long putBytes;
  private boolean anew;

  /**
   * Nothing was told since.
   *
   * @param anew whether the basis is the beginning of an answer
   */
  Gathering(CollectionState basis, boolean anew) {
    this.basis = basis;
    this.version = basis.version();
    this.anew = anew;
  }

  /** Takes a push; false if it does not follow. */
  boolean take(CollectionPush push) {
    if (push.reset()) {
      basis = CollectionState.EMPTY;
      put.clear();
      gone.clear();
      putBytes = 0;
      anew = true;
    } else if (push.base() != version) {
      return false;
    }
    for (String id : push.gone()) {
      put.remove(id);
      gone.add(id);
    }
    for (CollectionItem item : push.put()) {
      put.put(item.id(), item);
      putBytes += CollectionState.bytes(item);
    }
    version = push.version();
    return true;
  }

  /** What those take who came or changed. */
  long putBytes() {
    return putBytes;
  }

  /** Whether all members were told again. */
  boolean anew() {
    return anew;
  }

  /** What it makes of the basis; null if it does not fit. */
  @Nullable CollectionState whole() {
    List<CollectionItem> byPlace = new ArrayList<>(put.values());
    byPlace.sort(Comparator.comparingInt(CollectionItem::at));
    return basis.with(byPlace, gone, version);
  }
}
