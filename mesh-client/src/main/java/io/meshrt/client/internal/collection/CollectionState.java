// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import io.meshrt.client.internal.dialect.CollectionItem;
import io.meshrt.client.internal.dialect.ExactJson;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.patch.JsonEquality;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A collection at one moment. Immutable; a member that does not change is the same object in all
 * states.
 */
final class CollectionState {
  static final CollectionState EMPTY = new CollectionState(new LinkedHashMap<>(), 0);

  private final Map<String, CollectionItem> members;
  private final long version;

  private CollectionState(Map<String, CollectionItem> members, long version) {
    this.members = Collections.unmodifiableMap(members);
    this.version = version;
  }

  /** These members, in this order. */
  static CollectionState of(List<CollectionItem> items, long version) {
    Map<String, CollectionItem> members = new LinkedHashMap<>();
    items.forEach(item -> members.put(item.id(), item));
    return new CollectionState(members, version);
  }

  /** In their order. */
  Collection<CollectionItem> members() {
    return members.values();
  }

  @Nullable CollectionItem member(String id) {
    return members.get(id);
  }

  long version() {
    return version;
  }

  /** What its JSON takes, about. */
  static long bytes(CollectionItem item) {
    return (long) item.value().length() + item.id().length();
  }

  /** The same of all members. */
  long bytes() {
    return members.values().stream().mapToLong(CollectionState::bytes).sum();
  }

  /**
   * Without some members, and with others that came or changed.
   *
   * @param put by the places they have in the end
   * @return null if these places cannot be
   */
  @Nullable CollectionState with(List<CollectionItem> put, Collection<String> gone, long next) {
    Map<String, CollectionItem> rest = new LinkedHashMap<>(members);
    rest.keySet().removeAll(gone);
    put.forEach(item -> rest.remove(item.id()));
    Iterator<CollectionItem> kept = rest.values().iterator();
    Map<String, CollectionItem> placed = new LinkedHashMap<>();
    for (CollectionItem item : put) {
      while (placed.size() < item.at() && kept.hasNext()) {
        add(placed, kept.next());
      }
      if (item.at() != CollectionItem.LAST && item.at() != placed.size()) {
        return null;
      }
      add(placed, item);
    }
    kept.forEachRemaining(item -> add(placed, item));
    return new CollectionState(placed, next);
  }

  private static void add(Map<String, CollectionItem> members, CollectionItem item) {
    members.put(item.id(), item);
  }

  /** With another value of a member, in its place. */
  CollectionState replacing(CollectionItem item) {
    Map<String, CollectionItem> next = new LinkedHashMap<>(members);
    next.replace(item.id(), item);
    return new CollectionState(next, version);
  }

  /** The same, with members of an earlier state where they have not changed. */
  CollectionState keeping(CollectionState before) {
    Map<String, CollectionItem> settled = new LinkedHashMap<>(members);
    settled.replaceAll(
        (id, item) -> {
          CollectionItem known = before.member(id);
          return known != null && isSame(known, item) ? known : item;
        });
    return new CollectionState(settled, version);
  }

  /** Whether the members are the same objects in the same order. */
  @SuppressWarnings("ReferenceEquality") // what did not change is the same object
  boolean hasMembersOf(CollectionState other) {
    if (members.size() != other.members.size()) {
      return false;
    }
    Iterator<CollectionItem> others = other.members.values().iterator();
    for (CollectionItem item : members.values()) {
      if (item != others.next()) {
        return false;
      }
    }
    return true;
  }

  /** Whether a server tells nothing new by {@code told}; older ones leave out versions. */
  @SuppressWarnings("ReferenceEquality") // a short cut
  static boolean isSame(CollectionItem known, CollectionItem told) {
    RecordVersion version = told.version();
    if (known == told) {
      return true;
    }
    if (!version.stamp().isEmpty()) {
      return known.version().equals(version);
    }
    boolean sameVersion = version.number() == 0 || version.equals(known.version());
    return sameVersion && hasSameValue(known, told);
  }

  static boolean hasSameValue(CollectionItem one, CollectionItem other) {
    return one.value().equals(other.value())
        || JsonEquality.same(ExactJson.tree(one.value()), ExactJson.tree(other.value()));
  }
}
