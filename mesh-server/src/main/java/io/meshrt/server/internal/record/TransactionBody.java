// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.record.RecordTransaction;
import io.meshrt.server.record.WriteStrategy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of an application's transaction. Belongs to its thread. */
final class TransactionBody implements RecordTransaction {
  private final Map<String, Base> bases;
  private final JsonValues json;
  private final Map<String, Job.Next> next = new HashMap<>();

  /** What the application does in a transaction. */
  static Job.Work work(Consumer<RecordTransaction> body, JsonValues json) {
    return Job.Work.ofApplication(
        bases -> {
          TransactionBody run = new TransactionBody(bases, json);
          body.accept(run);
          return run.next();
        });
  }

  TransactionBody(Map<String, Base> bases, JsonValues json) {
    this.bases = bases;
    this.json = json;
  }

  /** What it does. */
  Map<String, Job.Next> next() {
    return Map.copyOf(next);
  }

  @Override
  public Optional<JsonNode> get(String id) {
    JsonNode value = current(id);
    return value == null ? Optional.empty() : Optional.of(value.deepCopy());
  }

  @Override
  public <T> Optional<T> get(String id, Class<T> type) {
    JsonNode value = current(id);
    return value == null
        ? Optional.empty()
        : Optional.ofNullable(json.decode(RecordJson.raw(value), type));
  }

  @Override
  public void write(String id, @Nullable Object value, WriteStrategy strategy) {
    JsonNode written = RecordJson.tree(json.encode(value));
    next.put(id, Job.Next.value(RecordAccess.next(current(id), written, strategy)));
  }

  @Override
  public void delete(String id) {
    require(id);
    next.put(id, Job.Next.DELETED);
  }

  private @Nullable JsonNode current(String id) {
    Base base = require(id);
    Job.Next changed = next.get(id);
    return changed == null ? base.value() : changed.value().orElse(null);
  }

  private Base require(String id) {
    Base base = bases.get(id);
    if (base == null) {
      throw new IllegalArgumentException("id: not among those of the transaction");
    }
    return base;
  }
}
