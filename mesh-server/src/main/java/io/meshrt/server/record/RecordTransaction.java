// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction sees and does. Belongs to the thread that runs it, and only while it does.
 * All methods refuse ids that the transaction was not opened for.
 */
public interface RecordTransaction {
  /** What the record holds, with what this transaction did to it; empty if there is nothing. */
  Optional<JsonNode> get(String id);

  /** As {@link #get(String)}, as a value of the type; null where JSON's null becomes that. */
  <T> Optional<T> get(String id, Class<T> type);

  /** Replaces what the record holds. */
  default void set(String id, @Nullable Object value) {
    write(id, value, WriteStrategy.REPLACE);
  }

  /** Writes the record. */
  void write(String id, @Nullable Object value, WriteStrategy strategy);

  /** Deletes the record; does nothing if there is none. */
  void delete(String id);
}
