// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Retention;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A numbered topic. Owned by its {@link Place}: used only under the place's lock. */
final class InMemoryStream {
  private static final int MAX_IDS = 4_096;
  private static final long ID_LIFE_MILLIS = 60_000;
  private static final long IDLE_MILLIS = Duration.ofHours(1).toMillis();

  private final String epoch;
  private final ArrayDeque<Publication> kept = new ArrayDeque<>();
  private final Map<String, Publication> byId = new LinkedHashMap<>();
  private Retention retention = Retention.NUMBERED;
  private long head;
  private long lastUsedMillis;

  InMemoryStream(String epoch) {
    this.epoch = epoch;
  }

  Position head() {
    return new Position(epoch, head);
  }

  /** The publication that was accepted under this id lately. */
  Optional<Publication> accepted(Outgoing message, long nowMillis) {
    return message
        .id()
        .map(byId::get)
        .filter(earlier -> nowMillis - earlier.timeMillis() <= ID_LIFE_MILLIS);
  }

  Publication append(Outgoing message, long nowMillis) {
    if (message.retention().numbered()) {
      retention = message.retention();
    }
    head++;
    lastUsedMillis = nowMillis;
    Publication publication = new Publication(head(), nowMillis, message.payload());
    if (retention.size() > 0) {
      kept.addLast(publication);
    }
    trim(nowMillis);
    message.id().ifPresent(id -> remember(id, publication));
    return publication;
  }

  private void remember(String id, Publication publication) {
    // The payload is not needed any more.
    byId.remove(id);
    byId.put(id, new Publication(publication.position(), publication.timeMillis(), new byte[0]));
    if (byId.size() > MAX_IDS) {
      Iterator<String> oldest = byId.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void trim(long nowMillis) {
    while (kept.size() > retention.size()) {
      kept.removeFirst();
    }
    long ageMillis = retention.age().toMillis();
    while (ageMillis > 0
        && !kept.isEmpty()
        && nowMillis - kept.getFirst().timeMillis() > ageMillis) {
      kept.removeFirst();
    }
  }

  History read(HistoryQuery query, long nowMillis) {
    trim(nowMillis);
    return query.after().isNumbered() ? after(query) : newest(query);
  }

  private History newest(HistoryQuery query) {
    List<Publication> page = page(kept.descendingIterator(), query);
    boolean more = page.size() < kept.size();
    Collections.reverse(page);
    return new History(head(), page, true, more);
  }

  private History after(HistoryQuery query) {
    Position after = query.after();
    if (!after.sameEpoch(head()) || after.offset() > head) {
      return new History(head(), List.of(), false, false);
    }
    long first = kept.isEmpty() ? head + 1 : kept.getFirst().position().offset();
    Iterator<Publication> newer =
        kept.stream().filter(p -> p.position().offset() > after.offset()).iterator();
    List<Publication> page = page(newer, query);
    long last = page.isEmpty() ? head : page.get(page.size() - 1).position().offset();
    return new History(head(), page, first <= after.offset() + 1, last < head);
  }

  private static List<Publication> page(Iterator<Publication> from, HistoryQuery query) {
    List<Publication> page = new ArrayList<>();
    long bytes = 0;
    while (from.hasNext() && page.size() < query.limit()) {
      Publication next = from.next();
      bytes += next.payload().length;
      if (!page.isEmpty() && bytes > query.maxBytes()) {
        break;
      }
      page.add(next);
    }
    return page;
  }

  /** Whether nothing is kept and nobody published for a long time. */
  boolean isForgettable(long nowMillis) {
    trim(nowMillis);
    return kept.isEmpty() && nowMillis - lastUsedMillis > IDLE_MILLIS;
  }
}
