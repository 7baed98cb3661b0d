// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.internal.channel.PersonalChannels;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.inbox.InboxRequests.Wanted;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/*
 * A number alone does not tell whether it is still the number of the same message: after a fail-over
 * of Redis others may have been kept under the last ones. So whoever begins at a cursor is read the
 * message there too. If it has the time that the cursor remembers, nothing was lost; if it is gone
 * because newer ones took its place, the number is believed. Else the log is read from its beginning,
 * and what is younger than the cursor's time is new.
 */
/** Finds where a device is to begin, and reads from there. Thread-safe, never blocks. */
final class InboxReader {
  private static final int PAGE = HistoryRequest.MAX_MESSAGES;

  private final PersonalChannels channels;
  private final Cursors cursors;

  InboxReader(PersonalChannels channels, Cursors cursors) {
    this.channels = channels;
    this.cursors = cursors;
  }

  /** The first page of what is wanted. */
  CompletableFuture<Beginning> read(String identity, Wanted wanted) {
    if (wanted.fromEnd()) {
      return end(identity, wanted.device());
    }
    Cursor recover = wanted.recover();
    if (recover == null) {
      return cursor(identity, wanted.device())
          .thenCompose(
              cursor ->
                  cursor.isEmpty()
                      ? newcomer(identity, wanted.device())
                      : unread(identity, cursor.get()));
    }
    CompletableFuture<Beginning> recovered =
        recover.isTimed()
            ? unread(identity, recover)
            : withoutTime(identity, wanted.device(), recover);
    return recovered.thenApply(Beginning::withoutPlace);
  }

  /** The client was given no message there; its device may have been. */
  private CompletableFuture<Beginning> withoutTime(String identity, String device, Cursor recover) {
    return cursor(identity, device)
        .thenCompose(
            known ->
                unread(
                    identity,
                    known
                        .filter(cursor -> cursor.position().equals(recover.position()))
                        .orElse(recover)));
  }

  /** Whether nothing else has happened than that the oldest are not kept any more. */
  private static boolean isTrimmed(Position after, History page) {
    return after.sameEpoch(page.head()) && after.offset() <= page.head().offset();
  }

  private CompletableFuture<Optional<Cursor>> cursor(String identity, String device) {
    return cursors.read(channels.topic(identity), device);
  }

  /** The device is where the inbox ends. */
  private CompletableFuture<Beginning> end(String identity, String device) {
    return channels
        .read(identity, Position.NONE, 1)
        .thenCompose(
            newest -> {
              Position head = newest.head();
              Beginning beginning = nothing(newest);
              if (!head.isNumbered()) {
                return CompletableFuture.completedFuture(beginning);
              }
              Cursor there = new Cursor(head, beginning.headMillis());
              return cursors
                  .move(channels.topic(identity), device, there, head)
                  .thenApply(done -> beginning);
            });
  }

  /** A device that nothing is known of: it has no place before it acknowledges something. */
  private CompletableFuture<Beginning> newcomer(String identity, String device) {
    return cursors
        .requireRoom(channels.topic(identity), device)
        .thenCompose(done -> oldest(identity));
  }

  private CompletableFuture<Beginning> oldest(String identity) {
    return channels
        .read(identity, Position.NONE, 1)
        .thenCompose(
            newest -> {
              if (!newest.head().isNumbered()) {
                return CompletableFuture.completedFuture(nothing(newest));
              }
              Position beginning = new Position(newest.head().epoch(), 0);
              return channels
                  .read(identity, beginning, PAGE)
                  .thenApply(page -> Beginning.of(page, beginning, page));
            });
  }

  private static Beginning nothing(History newest) {
    Position head = newest.head();
    return Beginning.of(new History(head, List.of(), true, false), head, newest);
  }

  private CompletableFuture<Beginning> unread(String identity, Cursor cursor) {
    Position position = cursor.position();
    if (position.offset() == 0) {
      return behind(identity, cursor);
    }
    Position before = new Position(position.epoch(), position.offset() - 1);
    return channels
        .read(identity, before, PAGE)
        .thenCompose(
            page -> {
              List<Publication> kept = page.publications();
              boolean there = !kept.isEmpty() && kept.get(0).position().equals(position);
              boolean same = there && cursor.fits(kept.get(0).timeMillis());
              if (!isTrimmed(position, page) || (there && !same)) {
                return younger(identity, cursor.timeMillis(), page.head(), position);
              }
              boolean alone = there && kept.size() == 1 && page.more();
              return alone || !there
                  ? behind(identity, cursor)
                  : CompletableFuture.completedFuture(
                      Beginning.of(withoutFirst(page), position, page));
            });
  }

  private static History withoutFirst(History page) {
    List<Publication> kept = page.publications();
    return new History(page.head(), kept.subList(1, kept.size()), true, page.more());
  }

  private CompletableFuture<Beginning> behind(String identity, Cursor cursor) {
    return channels
        .read(identity, cursor.position(), PAGE)
        .thenCompose(
            page ->
                page.recovered() || isTrimmed(cursor.position(), page)
                    ? CompletableFuture.completedFuture(continued(cursor, page))
                    : younger(identity, cursor.timeMillis(), page.head(), cursor.position()));
  }

  private static Beginning continued(Cursor cursor, History page) {
    return page.head().equals(cursor.position())
        ? new Beginning(page, cursor.position(), cursor.timeMillis())
        : Beginning.of(page, cursor.position(), page);
  }

  /** Something was lost; of what is there now, what is younger has not been seen. */
  private CompletableFuture<Beginning> younger(
      String identity, long timeMillis, Position head, Position behind) {
    return head.isNumbered()
        ? youngerFrom(identity, timeMillis, behind, new Position(head.epoch(), 0))
        : CompletableFuture.completedFuture(
            new Beginning(new History(head, List.of(), false, false), behind, 0));
  }

  private CompletableFuture<Beginning> youngerFrom(
      String identity, long timeMillis, Position behind, Position from) {
    return channels
        .read(identity, from, PAGE)
        .thenCompose(
            page -> {
              List<Publication> young =
                  page.publications().stream()
                      .filter(publication -> publication.timeMillis() > timeMillis)
                      .toList();
              if (young.isEmpty() && page.more()) {
                return youngerFrom(identity, timeMillis, behind, Beginning.end(page));
              }
              History told = new History(page.head(), young, false, page.more());
              return CompletableFuture.completedFuture(Beginning.of(told, behind, page));
            });
  }
}
