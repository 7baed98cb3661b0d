// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import java.util.List;
import java.util.Optional;

/**
 * A page of a list of records.
 *
 * @param records in the order of the code points of their ids; perhaps fewer than the limit, or
 *     none, though there are more
 * @param next for the {@link ListOptions#withAfter} of the next page; empty if this was the last
 */
public record RecordPage<T>(List<ListedRecord<T>> records, Optional<String> next) {
  /** Copies the list. */
  public RecordPage {
    records = List.copyOf(records);
  }
}
