// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

import org.jspecify.annotations.Nullable;

/**
 * Describes what a transaction is to do, to each record at most one thing. Belongs to the thread
 * that describes it, and only while it does. Ids and values are refused as {@link Records} says.
 */
public interface RecordTransaction {
  /** Replaces what a record holds. */
  default void write(String id, @Nullable Object value) {
    write(id, value, WriteOptions.defaults());
  }

  /**
   * Writes a record.
   *
   * @param value any value Jackson can write
   * @param options with a condition on the version, without which nothing of the transaction is
   *     done
   */
  void write(String id, @Nullable Object value, WriteOptions options);

  /** Deletes a record; does nothing if there is none. */
  void delete(String id);

  /** Deletes a record, and does nothing of the transaction if it has another version. */
  void delete(String id, RecordVersion ifVersion);
}
