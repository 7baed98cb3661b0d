// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.internal.dialect.CollectionShapes;
import io.meshrt.server.internal.dialect.CollectionShapes.Item;
import io.meshrt.server.internal.dialect.CollectionShapes.Part;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.dialect.RecordShapes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Divides what clients are told of collections into replies and frames within limits. */
final class Paging {
  /** What is written around a value, about. */
  private static final int AROUND_BYTES = 64;

  private final int maxRecords;
  private final int maxBytes;

  Paging(CollectionLimits limits) {
    this.maxRecords = limits.maxPageRecords();
    this.maxBytes = limits.maxPageBytes();
  }

  /** One who came, changed or went; the latter without a member. */
  private record Touch(String id, Delta.Kind kind, @Nullable Member member, int at) {
    int bytes() {
      return AROUND_BYTES + id.length() + (member == null ? 0 : member.json().length());
    }

    Member present() {
      Member present = member;
      if (present == null) {
        throw new IllegalStateException("no member");
      }
      return present;
    }
  }

  /** What a new subscriber is told: a reply, and the rest in frames behind it. */
  Telling opening(String collection, Generation generation, CollectionState state) {
    List<List<Touch>> pages = pages(everything(state));
    List<Touch> first = pages.isEmpty() ? List.of() : pages.get(0);
    List<List<Touch>> rest = pages.isEmpty() ? List.of() : pages.subList(1, pages.size());
    if (generation == Generation.V1) {
      RawJson reply =
          CollectionShapes.reply(items(first, Paging::item), state.version(), !rest.isEmpty());
      OptionalLong base = OptionalLong.of(state.version());
      return new Telling(reply, state.version(), parts(collection, base, state.version(), rest));
    }
    RawJson reply = CollectionShapes.legacyReply(items(first, Paging::itemWithId));
    return new Telling(reply, 1 + rest.size(), diffs(collection, generation, 1, rest));
  }

  /**
   * What one is told who knows the version {@code base}, and takes {@code told} for the version: if
   * nothing had to be told lately, or it is of the family, the two are not the same.
   */
  Telling news(
      String collection, Generation generation, CollectionState state, long base, long told) {
    Delta delta = state.since(base);
    if (generation == Generation.V1) {
      OptionalLong from = delta == null ? OptionalLong.empty() : OptionalLong.of(told);
      List<Touch> touches = delta == null ? everything(state) : touches(delta, state);
      List<Supplier<byte[]>> frames = parts(collection, from, state.version(), pages(touches));
      return new Telling(null, frames.isEmpty() ? told : state.version(), frames);
    }
    if (delta == null) {
      // A version is left out, so the client subscribes again.
      long skipped = told + 2;
      return new Telling(
          null,
          skipped,
          List.of(
              () ->
                  CollectionShapes.legacyPush(
                      generation, collection, List.of(), List.of(), skipped)));
    }
    return legacyNews(collection, generation, touches(delta, state), told);
  }

  private Telling legacyNews(
      String collection, Generation generation, List<Touch> touches, long told) {
    List<List<Touch>> members =
        pages(touches.stream().filter(touch -> touch.kind() != Delta.Kind.CHANGED).toList());
    List<Supplier<byte[]>> frames = diffs(collection, generation, told, members);
    for (Touch touch : touches) {
      Member member = touch.member();
      if (member != null) {
        frames.add(() -> update(generation, member));
      }
    }
    return new Telling(null, told + members.size(), frames);
  }

  private static byte[] update(Generation generation, Member member) {
    RawJson payload =
        RecordShapes.full(generation, member.id(), member.json(), member.version().number(), "");
    return RecordShapes.push(generation, payload, false);
  }

  private static List<Touch> everything(CollectionState state) {
    List<Touch> all = new ArrayList<>(state.members().size());
    for (Member member : state.members()) {
      all.add(new Touch(member.id(), Delta.Kind.ADDED, member, all.size()));
    }
    return all;
  }

  /** Those who went, then the others by their places. */
  private static List<Touch> touches(Delta delta, CollectionState state) {
    List<Touch> touches = new ArrayList<>(delta.size());
    delta
        .touched()
        .forEach(
            (id, kind) -> {
              Member member = state.member(id);
              int at = member == null ? -1 : state.place(member);
              touches.add(new Touch(id, kind, member, at));
            });
    touches.sort(Comparator.comparingInt(Touch::at));
    return touches;
  }

  private List<List<Touch>> pages(List<Touch> touches) {
    return divided(touches, Touch::bytes);
  }

  private <T> List<List<T>> divided(List<T> all, ToIntFunction<T> size) {
    List<List<T>> pages = new ArrayList<>();
    int from = 0;
    int bytes = 0;
    for (int i = 0; i < all.size(); i++) {
      int next = size.applyAsInt(all.get(i));
      if (i > from && (i - from == maxRecords || bytes + next > maxBytes)) {
        pages.add(all.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += next;
    }
    if (from < all.size()) {
      pages.add(all.subList(from, all.size()));
    }
    return pages;
  }

  /** The frames of one chain; with no pages, none. */
  private static List<Supplier<byte[]>> parts(
      String collection, OptionalLong base, long version, List<List<Touch>> pages) {
    List<Supplier<byte[]>> frames = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      List<Touch> page = pages.get(i);
      boolean first = i == 0;
      boolean more = i + 1 < pages.size();
      frames.add(
          () ->
              CollectionShapes.push(
                  collection,
                  new Part(
                      first ? base : OptionalLong.of(version),
                      version,
                      items(of(page, Delta.Kind.ADDED), Paging::item),
                      items(of(page, Delta.Kind.CHANGED), Paging::item),
                      of(page, Delta.Kind.REMOVED).stream().map(Touch::id).toList(),
                      more)));
    }
    if (pages.isEmpty() && base.isEmpty()) {
      Part nothing = new Part(base, version, List.of(), List.of(), List.of(), false);
      frames.add(() -> CollectionShapes.push(collection, nothing));
    }
    return frames;
  }

  private static List<Supplier<byte[]>> diffs(
      String collection, Generation generation, long told, List<List<Touch>> pages) {
    List<Supplier<byte[]>> frames = new ArrayList<>();
    for (int i = 0; i < pages.size(); i++) {
      List<Touch> page = pages.get(i);
      long version = told + 1 + i;
      frames.add(
          () ->
              CollectionShapes.legacyPush(
                  generation,
                  collection,
                  items(of(page, Delta.Kind.ADDED), Paging::itemWithId),
                  of(page, Delta.Kind.REMOVED).stream().map(Touch::id).toList(),
                  version));
    }
    return frames;
  }

  private static List<Touch> of(List<Touch> page, Delta.Kind kind) {
    return page.stream().filter(touch -> touch.kind() == kind).toList();
  }

  private static List<Item> items(List<Touch> touches, Function<Touch, Item> form) {
    return touches.stream().map(form).toList();
  }

  private static Item item(Touch touch) {
    return touch.present().item(touch.at());
  }

  private static Item itemWithId(Touch touch) {
    return touch.present().itemWithId(touch.at());
  }
}
