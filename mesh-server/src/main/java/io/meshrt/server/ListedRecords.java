// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.collection.RecordSource;
import io.meshrt.server.internal.record.RecordLists;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Shows collections the records there are: the two do not know each other. */
record ListedRecords(RecordLists lists) implements RecordSource {
  @Override
  public Topic changes() {
    return lists.changes();
  }

  @Override
  public Duration timeToLive(String id) {
    return lists.timeToLive(id);
  }

  @Override
  public CompletableFuture<Map<String, Stored>> read(Collection<String> ids) {
    return lists.read(ids);
  }

  @Override
  public CompletableFuture<Page> page(String prefix, String after) {
    return lists
        .page(prefix, after, RecordLists.MAX_LIMIT)
        .thenApply(
            page -> {
              Map<String, Stored> records = new HashMap<>();
              page.records().forEach(found -> records.put(found.id(), found.stored()));
              return new Page(records, page.next());
            });
  }
}
