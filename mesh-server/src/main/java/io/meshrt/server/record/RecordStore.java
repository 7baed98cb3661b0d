// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import java.util.List;

/**
 * Where an application keeps records outside of the cluster: a database, a file. Called on handler
 * threads, so it may block; {@code save} is never called twice at a time by one node, but nodes do
 * not wait for each other.
 *
 * <p><b>What counts is the version.</b> What arrives may be older than what the store has: nodes
 * hand over what they wrote each at its own time, and give the same again after a failure. So of
 * each record the store keeps the one with the {@linkplain RecordVersion#isNewerThan newer}
 * version, deletions included: of the two stamps the one that is greater as a text. A deletion has
 * to be remembered as such for as long as an older value may still arrive, a day at least.
 */
public interface RecordStore {
  /**
   * Keeps each record, unless the store has a newer version of it. All or nothing is not asked for:
   * when it throws, the same records are given again later, or newer versions of them.
   *
   * @param records each once
   */
  void save(List<StoredRecord> records) throws Exception;

  /**
   * The first records whose ids come behind one, in an order of ids that is always the same; empty
   * when there are none. Deletions that are remembered belong to them. A store that keeps what
   * nobody wants back returns nothing, as this method does.
   *
   * @param after the last id of the page before, empty for the first page
   * @param limit most records wanted
   */
  default List<StoredRecord> read(String after, int limit) throws Exception {
    return List.of();
  }
}
