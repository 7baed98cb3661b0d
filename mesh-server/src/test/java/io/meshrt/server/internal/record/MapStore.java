// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.record.RecordStore;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.StoredRecord;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in memory, which keeps what is newer, and may fail. */
final class MapStore implements RecordStore {
  /** How often it still fails to save. */
  final AtomicInteger failures = new AtomicInteger();

  /** How often it still fails to read. */
  final AtomicInteger unreadable = new AtomicInteger();

  final AtomicInteger saved = new AtomicInteger();
  final AtomicInteger largestBatch = new AtomicInteger();

  // Guarded by this.
  private final TreeMap<String, StoredRecord> records = new TreeMap<>();

  @Override
  public synchronized void save(List<StoredRecord> batch) {
    largestBatch.accumulateAndGet(batch.size(), Math::max);
    if (failures.getAndDecrement() > 0) {
      throw new IllegalStateException("meant to be logged");
    }
    saved.addAndGet(batch.size());
    batch.forEach(record -> records.merge(record.id(), record, MapStore::newer));
  }

  private static StoredRecord newer(StoredRecord known, StoredRecord other) {
    return other.version().isNewerThan(known.version()) ? other : known;
  }

  @Override
  public synchronized List<StoredRecord> read(String after, int limit) {
    if (unreadable.getAndDecrement() > 0) {
      throw new IllegalStateException("cannot be read");
    }
    return records.tailMap(after, false).values().stream().limit(limit).toList();
  }

  synchronized void put(String id, RecordVersion version, String json) {
    records.put(id, new StoredRecord(id, version, json));
  }

  /** JSON of what is there; null if it was deleted or is not known. */
  synchronized String json(String id) {
    StoredRecord record = records.get(id);
    return record == null ? null : record.json();
  }

  synchronized RecordVersion version(String id) {
    StoredRecord record = records.get(id);
    return record == null ? RecordVersion.NONE : record.version();
  }
}
