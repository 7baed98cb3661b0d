// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.archive;

import io.meshrt.server.internal.archive.Places.Written;
import io.meshrt.server.internal.persistence.Feed;
import io.meshrt.server.internal.persistence.Mirrors;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.StoredRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The way of records to a store: of each the newest version. Thread-safe, never blocks. */
final class RecordMirror implements Mirrors.Mirror {
  private final RecordStore store;
  private final LiveRecords live;
  private final RecordBuffer buffer;
  private final Feed<RecordBuffer.Item> feed;

  RecordMirror(RecordStore store, MirrorOptions options, LiveRecords live, Feed.Tools tools) {
    this.store = store;
    this.live = live;
    this.buffer = new RecordBuffer(options, tools.meter());
    this.feed = new Feed<>(buffer, this::save, options, tools);
  }

  RecordStore store() {
    return store;
  }

  /** Makes room for a write that is about to begin; false when there is none. */
  boolean take(String id) {
    return buffer.take(id);
  }

  /** A write that has room is over; null if it changed nothing. */
  void onDone(String id, @Nullable Written written) {
    buffer.settle(id, written);
    feed.onChange();
  }

  /** A write that has room is over, and may have been done. */
  void onUnknown(String id) {
    buffer.doubt(id);
    feed.onChange();
  }

  @Override
  public CompletableFuture<@Nullable Void> flush() {
    return feed.flush();
  }

  @Override
  public int waiting() {
    return buffer.waiting();
  }

  private void save(List<RecordBuffer.Item> batch) throws Exception {
    List<StoredRecord> records = new ArrayList<>(batch.size());
    List<CompletableFuture<Optional<StoredRecord>>> reads = new ArrayList<>();
    for (RecordBuffer.Item item : batch) {
      if (item.doubtful()) {
        reads.add(live.read(item.id()));
      } else {
        records.add(item.record());
      }
    }
    for (CompletableFuture<Optional<StoredRecord>> read : reads) {
      read.get().ifPresent(records::add);
    }
    if (!records.isEmpty()) {
      store.save(List.copyOf(records));
    }
  }
}
