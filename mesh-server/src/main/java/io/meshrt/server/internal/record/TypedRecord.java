// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.record.RecordEditor;
import io.meshrt.server.record.RecordHandle;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.WriteOptions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One record with a type. */
record TypedRecord<T>(RecordEditor records, String id, Class<T> type) implements RecordHandle<T> {
  @Override
  public CompletableFuture<Optional<RecordValue<T>>> get() {
    return records.get(id, type);
  }

  @Override
  public CompletableFuture<RecordVersion> write(@Nullable Object value, WriteOptions options) {
    return records.write(id, value, options);
  }

  @Override
  public CompletableFuture<RecordVersion> update(UnaryOperator<@Nullable T> change) {
    return records.update(id, type, change);
  }

  @Override
  public CompletableFuture<Boolean> delete() {
    return records.delete(id);
  }
}
