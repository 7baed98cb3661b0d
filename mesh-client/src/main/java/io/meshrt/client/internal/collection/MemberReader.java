// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.collection;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.collection.CollectionMember;
import io.meshrt.client.internal.dialect.CollectionItem;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Binds members to the type of a listener. Thread-safe. */
final class MemberReader<T> {
  private final Function<RawJson, @Nullable T> decoder;

  private MemberReader(Function<RawJson, @Nullable T> decoder) {
    this.decoder = decoder;
  }

  static <T> MemberReader<T> of(JsonValues json, Class<T> type) {
    return new MemberReader<>(value -> json.decode(value, type));
  }

  static <T> MemberReader<T> of(JsonValues json, TypeReference<T> type) {
    return new MemberReader<>(value -> json.decode(value, type));
  }

  /** Throws a {@code CommandException}, or what the type throws, when the value does not fit. */
  CollectionMember<T> read(CollectionItem item) {
    return new CollectionMember<>(item.id(), decoder.apply(item.value()), item.version());
  }

  /** Null when the value does not fit. */
  @Nullable CollectionMember<T> readIfFitting(CollectionItem item) {
    try {
      return read(item);
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError misfit) {
      return null;
    }
  }
}
