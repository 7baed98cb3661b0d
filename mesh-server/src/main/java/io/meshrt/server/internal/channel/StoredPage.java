// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.StoredMessage;
import io.meshrt.server.internal.channel.ChannelRequests.Wanted;
import io.meshrt.server.internal.dialect.ChannelShapes.Entry;
import io.meshrt.server.internal.dialect.ChannelShapes.Page;
import java.util.ArrayList;
import java.util.List;
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
    List<Entry> entries = new ArrayList<>(stored.stream().map(StoredPage::entry).toList());
    List<Entry> kept = newest.page().ascending();
    Predicate<Entry> isNews =
        entries.isEmpty() ? since(wanted) : behind(entries.get(entries.size() - 1));
    List<Entry> missing = kept.stream().filter(isNews).toList();
    boolean joined =
        entries.isEmpty() || missing.isEmpty() || follows(entries.get(entries.size() - 1), missing);
    boolean full = entries.size() >= wanted.limit();
    for (Entry entry : missing) {
      full |= entries.size() >= wanted.limit();
      if (!full) {
        entries.add(entry);
      }
    }
    return new HistoryPage(
        new Page(entries, newest.page().epoch(), newest.page().offset(), true, joined, full));
  }

  private static Entry entry(StoredMessage message) {
    return new Entry(
        RawJson.parse(message.json()),
        message.position().epoch(),
        message.position().offset(),
        message.timeMillis());
  }

  private static boolean follows(Entry last, List<Entry> missing) {
    Entry first = missing.get(0);
    return first.epoch().equals(last.epoch()) && first.offset() == last.offset() + 1;
  }

  private static Predicate<Entry> behind(Entry last) {
    return entry ->
        entry.epoch().equals(last.epoch())
            ? entry.offset() > last.offset()
            : entry.timeMillis() > last.timeMillis();
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
