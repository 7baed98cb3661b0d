// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.collection.CollectionUpdate;
import io.meshrt.client.collection.CollectionUpdate.Reason;
import io.meshrt.client.internal.dialect.CollectionItem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What one listener has been told. Used by its calls, one after the other. */
final class Shown<T> {
  private final MemberReader<T> reader;
  private final BiConsumer<String, Throwable> misfits;
  private Map<String, Known<T>> known = new LinkedHashMap<>();
  private boolean begun;

  /** A member, as it is known and as it was told; null if it does not fit the type. */
  private record Known<T>(CollectionItem item, @Nullable CollectionMember<T> member) {}

  /**
   * Nothing was told.
   *
   * @param misfits is given the first member of an update that does not fit the type, and why
   */
  Shown(MemberReader<T> reader, BiConsumer<String, Throwable> misfits) {
    this.reader = reader;
    this.misfits = misfits;
  }

  /** What leads from there to this; null if that is nothing. */
  @Nullable CollectionUpdate<T> update(String collection, News news) {
    Map<String, Known<T>> before = known;
    Map<String, Known<T>> now = read(news.state(), before);
    List<CollectionMember<T>> members = present(now);
    List<CollectionMember<T>> earlier = present(before);
    boolean same = begun && areSame(members, earlier);
    Reason reason = news.resync() ? Reason.RESYNC : Reason.UPDATE;
    Reason why = begun ? reason : Reason.INITIAL;
    known = now;
    begun = true;
    return same
        ? null
        : new CollectionUpdate<>(
            collection,
            members,
            members.stream().filter(member -> member(before, member.id()) == null).toList(),
            members.stream().filter(member -> isOther(member, before)).toList(),
            earlier.stream().filter(member -> member(now, member.id()) == null).toList(),
            news.state().version(),
            why);
  }

  @SuppressWarnings("ReferenceEquality") // what did not change is the same object
  private static <T> boolean isOther(CollectionMember<T> member, Map<String, Known<T>> before) {
    CollectionMember<T> earlier = member(before, member.id());
    return earlier != null && earlier != member;
  }

  private Map<String, Known<T>> read(CollectionState state, Map<String, Known<T>> before) {
    Map<String, Known<T>> now = new LinkedHashMap<>();
    boolean allFit = true;
    for (CollectionItem item : state.members()) {
      Known<T> earlier = before.get(item.id());
      if (earlier != null && CollectionState.isSame(earlier.item(), item)) {
        now.put(item.id(), earlier);
      } else {
        CollectionMember<T> member = read(item, allFit);
        allFit &= member != null;
        now.put(item.id(), new Known<>(item, member));
      }
    }
    return now;
  }

  private @Nullable CollectionMember<T> read(CollectionItem item, boolean telling) {
    try {
      return reader.read(item);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      if (telling) {
        misfits.accept(item.id(), e);
      }
      return null;
    }
  }

  private static <T> @Nullable CollectionMember<T> member(Map<String, Known<T>> from, String id) {
    Known<T> found = from.get(id);
    return found == null ? null : found.member();
  }

  private static boolean areSame(List<?> some, List<?> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same = some.get(i) == others.get(i);
    }
    return same;
  }

  private static <T> List<CollectionMember<T>> present(Map<String, Known<T>> from) {
    List<CollectionMember<T>> present = new ArrayList<>(from.size());
    for (Known<T> one : from.values()) {
      CollectionMember<T> member = one.member();
      if (member != null) {
        present.add(member);
      }
    }
    return present;
  }
}
