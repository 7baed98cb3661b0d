// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import org.jspecify.annotations.Nullable;

/**
 * A record as it is given to a store, and as the store gives it back.
 *
 * @param version of the value, or of its deletion
 * @param json the value as JSON text; null if the record was deleted
 */
public record StoredRecord(String id, RecordVersion version, @Nullable String json) {
  public boolean isDeleted() {
    return json == null;
  }
}
