// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.internal.dialect.ExactJson;
import io.meshrt.client.record.RecordValue;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Binds values to the type of a listener. Thread-safe. */
final class ValueReader<T> {
  private final JsonValues json;
  private final Function<RawJson, @Nullable T> decoder;

  private ValueReader(JsonValues json, Function<RawJson, @Nullable T> decoder) {
    this.json = json;
    this.decoder = decoder;
  }

  static <T> ValueReader<T> of(JsonValues json, Class<T> type) {
    return new ValueReader<>(json, value -> json.decode(value, type));
  }

  static <T> ValueReader<T> of(JsonValues json, TypeReference<T> type) {
    return new ValueReader<>(json, value -> json.decode(value, type));
  }

  /** Throws a {@code CommandException} when the value does not fit. */
  RecordValue<T> read(RecordState state) {
    return new RecordValue<>(decoder.apply(state.json()), state.version());
  }

  /** The value that a function makes of another one. */
  JsonNode change(JsonNode value, UnaryOperator<@Nullable T> change) {
    T before = decoder.apply(ExactJson.encode(value));
    return ExactJson.tree(json.encode(change.apply(before)));
  }
}
