// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.archive;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.archive.Places.Written;
import io.meshrt.server.internal.metrics.MirrorMeter;
import io.meshrt.server.internal.persistence.Feed;
import io.meshrt.server.persistence.MirrorOptions;
import io.meshrt.server.record.StoredRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to a store, those changed longest ago first; of each only the newest version
 * waits. Thread-safe.
 */
final class RecordBuffer implements Feed.Source<RecordBuffer.Item> {
  private final MirrorOptions options;
  private final MirrorMeter meter;

  // Guarded by this.
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private int ready;
  private long taken;
  private long bytes;

  RecordBuffer(MirrorOptions options, MirrorMeter meter) {
    this.options = options;
    this.meter = meter;
  }

  /** Makes room for a write of a record; false when there is none. */
  synchronized boolean take(String id) {
    Entry entry = entry(id);
    if (entry == null) {
      return false;
    }
    entry.writing++;
    return true;
  }

  /** A write that has room is over; null if it changed nothing. */
  synchronized void settle(String id, @Nullable Written written) {
    Entry entry = left(id);
    Written known = entry.written;
    if (written != null && (known == null || written.version().isNewerThan(known.version()))) {
      bytes += length(written) - length(known);
      change(entry, written, entry.doubtful);
    }
    removeIfDone(id, entry);
  }

  /** A write that has room is over, and may have been done. */
  synchronized void doubt(String id) {
    Entry entry = left(id);
    change(entry, entry.written, true);
  }

  private void change(Entry entry, @Nullable Written written, boolean doubtful) {
    boolean before = entry.isReady();
    entry.written = written;
    entry.doubtful = doubtful;
    entry.changes++;
    ready += (entry.isReady() ? 1 : 0) - (before ? 1 : 0);
  }

  private Entry left(String id) {
    Entry entry = entries.get(id);
    if (entry == null || entry.writing == 0) {
      throw new IllegalStateException("no write has room");
    }
    entry.writing--;
    return entry;
  }

  private @Nullable Entry entry(String id) {
    Entry known = entries.get(id);
    if (known != null) {
      taken++;
      return known;
    }
    if (entries.size() >= options.maxBuffered() || bytes >= options.maxBufferedBytes()) {
      return null;
    }
    Entry entry = new Entry(++taken);
    entries.put(id, entry);
    meter.waiting(1);
    return entry;
  }

  private void removeIfDone(String id, Entry entry) {
    if (entry.writing == 0 && !entry.isReady()) {
      entries.remove(id);
      meter.waiting(-1);
    }
  }

  @Override
  public synchronized List<Item> next(int max) {
    List<Item> next = new ArrayList<>();
    Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
    while (oldest.hasNext() && next.size() < max) {
      Map.Entry<String, Entry> one = oldest.next();
      Entry entry = one.getValue();
      if (entry.isReady()) {
        next.add(new Item(one.getKey(), entry.written, entry.doubtful, entry.changes));
      }
    }
    return next;
  }

  @Override
  public synchronized void onHanded(List<Item> batch) {
    for (Item item : batch) {
      Entry entry = entries.get(item.id);
      if (entry != null && entry.changes == item.changes) {
        bytes -= length(entry.written);
        change(entry, null, false);
        removeIfDone(item.id, entry);
      } else if (entry != null) {
        // Changed meanwhile: it goes behind the others.
        entries.remove(item.id);
        entries.put(item.id, entry);
      }
    }
  }

  @Override
  public synchronized int ready() {
    return ready;
  }

  synchronized int waiting() {
    return entries.size();
  }

  @Override
  public synchronized long begun() {
    return taken;
  }

  @Override
  public synchronized long oldest() {
    return entries.values().stream().mapToLong(entry -> entry.since).min().orElse(Long.MAX_VALUE);
  }

  private static long length(@Nullable Written written) {
    return written == null || written.json() == null ? 0 : written.json().length();
  }

  /**
   * What a store is to be given.
   *
   * @param written null if there is only doubt
   * @param doubtful whether what there is has to be read
   * @param changes how often the record had changed
   */
  record Item(String id, @Nullable Written written, boolean doubtful, long changes) {
    /** As a store gets it, if there is no doubt. */
    StoredRecord record() {
      Written known = Objects.requireNonNull(written);
      RawJson json = known.json();
      return new StoredRecord(id, known.version(), json == null ? null : json.toString());
    }
  }

  /** What is known of one record. */
  private static final class Entry {
    final long since;
    int writing;
    @Nullable Written written;
    boolean doubtful;
    long changes;

    Entry(long since) {
      this.since = since;
    }

    boolean isReady() {
      return written != null || doubtful;
    }
  }
}
