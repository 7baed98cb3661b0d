// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where collections find records. Thread-safe, never blocks; futures fail with {@code EUNAVAILABLE}
 * when the cluster cannot be asked.
 */
public interface RecordSource {
  /** Where ids of changed records are told behind each change, one in each line. */
  Topic changes();

  /** How long a record lives behind a write; zero for ever. */
  Duration timeToLive(String id);

  /** What some records hold; every id asked for is in the answer. */
  CompletableFuture<Map<String, Stored>> read(Collection<String> ids);

  /**
   * Some of the records whose ids begin with {@code prefix}, behind an id; empty for the first
   * page.
   */
  CompletableFuture<Page> page(String prefix, String after);

  /**
   * Some records.
   *
   * @param next the id behind which the next page begins; empty if this was the last
   */
  record Page(Map<String, Stored> records, Optional<String> next) {}
}
