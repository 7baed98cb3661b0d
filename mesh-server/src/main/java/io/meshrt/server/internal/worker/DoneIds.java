// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The ids done lately in one partition: those of the last 10 minutes, at most 16,384. They are
 * stored in pages, so that what grows with every write stays small. Belongs to a lane.
 */
final class DoneIds {
  static final Duration WINDOW = Duration.ofMinutes(10);
  static final int PAGE_IDS = 512;
  static final int PAGES = 32;

  private static final String KEY = "done.";
  private static final String LAST = "page";
  private static final Pattern PAGE = Pattern.compile("[0-9]{1,2}");
  private static final int MAX_IDS = PAGES * PAGE_IDS;

  private final LinkedHashMap<String, Long> doneNanos = new LinkedHashMap<>();
  private final Map<Integer, List<String>> pages = new HashMap<>();
  private final Set<Integer> changed = new TreeSet<>();
  private Set<Integer> beingWritten = Set.of();
  private int page;

  /** What is stored, and goes on with the page behind the last one. */
  static DoneIds load(Map<String, Stored> values, long nowNanos) {
    DoneIds ids = new DoneIds();
    values.forEach(
        (key, stored) -> {
          byte[] value = stored.value();
          if (key.startsWith(KEY) && value != null) {
            for (String id : new String(value, UTF_8).split("\n", -1)) {
              ids.doneNanos.put(id, nowNanos);
            }
          }
        });
    Stored last = values.get(LAST);
    byte[] number = last == null ? null : last.value();
    ids.page = number == null ? 0 : (pageOf(new String(number, UTF_8)) + 1) % PAGES;
    return ids;
  }

  /** What is no number of a page is taken for that of the last one. */
  private static int pageOf(String number) {
    return PAGE.matcher(number).matches() ? Integer.parseInt(number) : PAGES - 1;
  }

  boolean contains(String id) {
    return doneNanos.containsKey(id);
  }

  void add(String id, long nowNanos) {
    Iterator<Long> oldest = doneNanos.values().iterator();
    while (oldest.hasNext()
        && (nowNanos - oldest.next() > WINDOW.toNanos() || doneNanos.size() >= MAX_IDS)) {
      oldest.remove();
    }
    doneNanos.put(id, nowNanos);
    List<String> ids = pages.computeIfAbsent(page, key -> new ArrayList<>());
    if (ids.size() == PAGE_IDS) {
      page = (page + 1) % PAGES;
      ids = new ArrayList<>();
      pages.put(page, ids);
    }
    ids.add(id);
    changed.add(page);
  }

  /** What has to be written, if anything. It counts as written unless told otherwise. */
  List<Write> writes() {
    List<Write> writes = new ArrayList<>();
    for (int number : changed) {
      byte[] ids = String.join("\n", pages.getOrDefault(number, List.of())).getBytes(UTF_8);
      writes.add(Write.put(KEY + number, Version.ANY, ids, WINDOW));
    }
    if (!writes.isEmpty()) {
      byte[] last = Integer.toString(page).getBytes(UTF_8);
      writes.add(Write.put(LAST, Version.ANY, last, WINDOW));
    }
    beingWritten = Set.copyOf(changed);
    changed.clear();
    return writes;
  }

  /** What was to be written last may not be. */
  void onNotWritten() {
    changed.addAll(beingWritten);
  }
}
