// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.StoredMessage;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.dialect.ChannelShapes.Entry;
import io.meshrt.server.internal.dialect.ChannelShapes.Page;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Joins what a store has with the newest that the cluster keeps. */
final class StoredPage {
  private StoredPage() {}

  /**
   * Both as one page, oldest first.
   *
   * @param stored later than what was asked for, oldest first
   */
  static HistoryPage join(Wanted wanted, List<StoredMessage> stored, HistoryPage newest) {
    int limit = Math.min(wanted.limit(), HistoryRequest.MAX_MESSAGES);
    boolean full = stored.size() >= limit;
    // By epoch in the order in which they are met, by offset within each.
    Map<String, NavigableMap<Long, Entry>> epochs = new LinkedHashMap<>();
    stored.forEach(message -> put(epochs, entry(message)));
    Predicate<Entry> isWanted = since(wanted);
    for (Entry entry : newest.page().ascending()) {
      if (isWanted.test(entry) && !(full && isBehind(epochs, entry))) {
        put(epochs, entry);
      }
    }
    List<Entry> entries =
        epochs.values().stream().flatMap(epoch -> epoch.values().stream()).toList();
    boolean more = full || entries.size() > limit;
    return new HistoryPage(
        new Page(
            entries.stream().limit(limit).toList(),
            newest.page().epoch(),
            newest.page().offset(),
            true,
            epochs.values().stream().allMatch(StoredPage::hasNoHole),
            more));
  }

  private static void put(Map<String, NavigableMap<Long, Entry>> epochs, Entry entry) {
    epochs
        .computeIfAbsent(entry.epoch(), epoch -> new TreeMap<>())
        .putIfAbsent(entry.offset(), entry);
  }

  /** Whether it is for another page, because this one has as much as it may. */
  private static boolean isBehind(Map<String, NavigableMap<Long, Entry>> epochs, Entry entry) {
    NavigableMap<Long, Entry> epoch = epochs.get(entry.epoch());
    return epoch == null || entry.offset() > epoch.lastKey();
  }

  private static boolean hasNoHole(NavigableMap<Long, Entry> epoch) {
    return epoch.lastKey() - epoch.firstKey() == epoch.size() - 1;
  }

  private static Entry entry(StoredMessage message) {
    return new Entry(
        RawJson.parse(message.json()),
        message.position().epoch(),
        message.position().offset(),
        message.timeMillis());
  }

  private static Predicate<Entry> since(Wanted wanted) {
    if (wanted.since() instanceof ChannelStore.SinceTime time) {
      return entry -> entry.timeMillis() > time.timeMillis();
    }
    if (wanted.since() instanceof ChannelStore.SinceMessage message) {
      String id = message.id();
      return entry -> !(id.startsWith(entry.epoch() + "-") && offset(id, entry) >= entry.offset());
    }
    return entry -> true;
  }

  private static long offset(String id, Entry entry) {
    String digits = id.substring(entry.epoch().length() + 1);
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
  }
}
