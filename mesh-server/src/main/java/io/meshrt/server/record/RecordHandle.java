// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One record, with values of one type. Thread-safe; everything is as in {@link Records}. */
public interface RecordHandle<T> {
  String id();

  /** What it holds; empty if there is nothing. */
  CompletableFuture<Optional<RecordValue<T>>> get();

  /** Replaces what it holds. */
  default CompletableFuture<RecordVersion> set(@Nullable T value) {
    return write(value, WriteOptions.defaults());
  }

  /** Writes it: a value of the type, or a part of one to be merged. */
  CompletableFuture<RecordVersion> write(@Nullable Object value, WriteOptions options);

  /** Changes it from what it holds, null if there is nothing, to what the function returns. */
  CompletableFuture<RecordVersion> update(UnaryOperator<@Nullable T> change);

  /** Deletes it; tells whether there was something. */
  CompletableFuture<Boolean> delete();
}
