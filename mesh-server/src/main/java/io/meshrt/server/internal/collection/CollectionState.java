// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.internal.dialect.Generation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A collection at one moment, and how it came to be. Thread-safe; what clients are told of it is
 * made once for all who are told the same.
 */
final class CollectionState {
  /** What is remembered of the past. */
  static final int MAX_STEPS = 256;

  static final int MAX_TOUCHED = 1_024;

  private final long version;
  private final long term;
  private final List<Member> members;
  private final Map<String, Integer> places;

  /** The steps that led here without a break, oldest first. */
  private final List<Delta> steps;

  private final Map<Object, Telling> tellings = new ConcurrentHashMap<>(4);

  private CollectionState(long version, long term, List<Member> members, List<Delta> steps) {
    this.version = version;
    this.term = term;
    this.members = members;
    this.steps = steps;
    this.places = new HashMap<>(members.size() * 2);
    for (int i = 0; i < members.size(); i++) {
      places.put(members.get(i).id(), i);
    }
  }

  /**
   * The first.
   *
   * @param term of the node when it was found
   */
  static CollectionState first(List<Member> members, long term) {
    return new CollectionState(1, term, List.copyOf(members), List.of());
  }

  /** What follows this one; this one if nothing has changed. */
  CollectionState next(List<Member> next, long nextTerm) {
    Delta delta = Delta.between(this, next);
    if (delta.isEmpty()) {
      return this;
    }
    return new CollectionState(version + 1, nextTerm, List.copyOf(next), remembered(delta));
  }

  private List<Delta> remembered(Delta last) {
    int most = Math.max(MAX_TOUCHED, members.size());
    int touched = last.size();
    int from = steps.size();
    while (from > 0
        && steps.size() - from + 1 < MAX_STEPS
        && touched + steps.get(from - 1).size() <= most) {
      from--;
      touched += steps.get(from).size();
    }
    List<Delta> all = new ArrayList<>(steps.subList(from, steps.size()));
    all.add(last);
    return List.copyOf(all);
  }

  long version() {
    return version;
  }

  long term() {
    return term;
  }

  /** In their order. */
  List<Member> members() {
    return members;
  }

  @Nullable Member member(String id) {
    Integer place = places.get(id);
    return place == null ? null : members.get(place);
  }

  /** Where a member stands. */
  int place(Member member) {
    Integer place = places.get(member.id());
    if (place == null) {
      throw new IllegalArgumentException("member: not here");
    }
    return place;
  }

  /** What has happened since a version; null if that is not remembered. */
  @Nullable Delta since(long base) {
    long missing = version - base;
    return missing > steps.size()
        ? null
        : Delta.joined(steps.subList((int) (steps.size() - missing), steps.size()), this);
  }

  /** What a new subscriber is told. */
  Telling opening(String collection, Generation generation, Paging paging) {
    return tellings.computeIfAbsent(
        new Opening(generation), key -> paging.opening(collection, generation, this));
  }

  /**
   * What a subscriber is told who knows the version {@code base}.
   *
   * @param told what it takes for the version
   */
  Telling news(String collection, Generation generation, long base, long told, Paging paging) {
    return tellings.computeIfAbsent(
        new News(generation, base, told),
        key -> paging.news(collection, generation, this, base, told));
  }

  private record Opening(Generation generation) {}

  private record News(Generation generation, long base, long told) {}
}
