// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.meshrt.client.internal.dialect.ExactJson;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.core.codec.RawJson;
import org.jspecify.annotations.Nullable;

/** A record at one moment. Thread-safe; nobody changes the tree. */
final class RecordState {
  static final RecordState NOTHING = new RecordState(NullNode.instance, RecordVersion.NONE);

  private final JsonNode value;
  private final RecordVersion version;
  private volatile @Nullable RawJson json;

  /** A state whose tree is not changed any more. */
  RecordState(JsonNode value, RecordVersion version) {
    this.value = value;
    this.version = version;
  }

  JsonNode value() {
    return value;
  }

  RecordVersion version() {
    return version;
  }

  long number() {
    return version.number();
  }

  /** The value as JSON, written when it is asked for first. */
  RawJson json() {
    RawJson written = json;
    if (written == null) {
      written = ExactJson.encode(value);
      json = written;
    }
    return written;
  }
}
