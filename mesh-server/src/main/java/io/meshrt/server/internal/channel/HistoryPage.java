// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.dialect.ChannelShapes;
import io.meshrt.server.internal.dialect.ChannelShapes.Entry;
import io.meshrt.server.internal.dialect.Generation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A part of a channel's history that many may share. Thread-safe; each form is made once. */
final class HistoryPage {
  private final ChannelShapes.Page page;
  private final Position behind;
  private final long headMillis;

  // Guarded by this.
  private final Map<Generation, RawJson> payloads = new EnumMap<>(Generation.class);

  HistoryPage(ChannelShapes.Page page) {
    this(page, Position.NONE, 0);
  }

  private HistoryPage(ChannelShapes.Page page, Position behind, long headMillis) {
    this.page = page;
    this.behind = behind;
    this.headMillis = headMillis;
  }

  /**
   * The same, and clients are told more.
   *
   * @param begins the position behind which it begins; {@link Position#NONE} for nothing
   * @param timeMillis of the message at the head; 0 for nothing
   */
  HistoryPage telling(Position begins, long timeMillis) {
    return new HistoryPage(page, begins, timeMillis);
  }

  /**
   * What was read of a channel.
   *
   * @param limit how many were wanted; 0 if only the head was
   * @param afterPosition whether they were to follow a position
   */
  static HistoryPage of(History history, int limit, boolean afterPosition) {
    List<Entry> entries =
        limit == 0 ? List.of() : history.publications().stream().map(HistoryPage::entry).toList();
    boolean more = history.more() && (afterPosition || entries.size() < limit);
    Position head = history.head();
    return new HistoryPage(
        new ChannelShapes.Page(
            entries, head.epoch(), head.offset(), afterPosition, history.recovered(), more));
  }

  private static Entry entry(Publication publication) {
    Position position = publication.position();
    return new Entry(
        Payload.decode(publication.payload()).message(),
        position.epoch(),
        position.offset(),
        publication.timeMillis());
  }

  ChannelShapes.Page page() {
    return page;
  }

  /** Where the channel stood. */
  Position head() {
    return new Position(page.epoch(), page.offset());
  }

  /** What clients of this generation are answered with. */
  synchronized RawJson payload(Generation generation) {
    return payloads.computeIfAbsent(generation, this::encode);
  }

  private RawJson encode(Generation generation) {
    RawJson answer = ChannelShapes.history(generation, page);
    if (headMillis > 0) {
      answer = ChannelShapes.withTime(headMillis, answer);
    }
    return behind.isNumbered()
        ? ChannelShapes.behind(behind.epoch(), behind.offset(), answer)
        : answer;
  }
}
