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
              cursor -> cursor.isEmpty() ? oldest(identity) : unread(identity, cursor.get()));
    }
    CompletableFuture<Beginning> recovered =
        recover.timeMillis() == 0
            ? withoutTime(identity, wanted.device(), recover)
            : unread(identity, recover);
    return recovered.thenApply(beginning -> new Beginning(beginning.page(), Position.NONE));
  }

  /** The client was given no message there; its device may have been. */
  private CompletableFuture<Beginning> withoutTime(String identity, String device, Cursor recover) {
    return cursor(identity, device)
        .thenCompose(
            known ->
                known
                    .filter(cursor -> cursor.position().equals(recover.position()))
                    .map(cursor -> unread(identity, cursor))
                    .orElseGet(() -> behind(identity, recover)));
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
              Beginning beginning = nothing(head);
              if (!head.isNumbered()) {
                return CompletableFuture.completedFuture(beginning);
              }
              Cursor there = new Cursor(head, timeAt(head, newest));
              return cursors
                  .move(channels.topic(identity), device, there, head)
                  .thenApply(done -> beginning);
            });
  }

  private CompletableFuture<Beginning> oldest(String identity) {
    return channels
        .read(identity, Position.NONE, 1)
        .thenCompose(
            newest -> {
              if (!newest.head().isNumbered()) {
                return CompletableFuture.completedFuture(nothing(Position.NONE));
              }
              Position beginning = new Position(newest.head().epoch(), 0);
              return channels
                  .read(identity, beginning, PAGE)
                  .thenApply(page -> new Beginning(page, beginning));
            });
  }

  private static Beginning nothing(Position head) {
    return new Beginning(new History(head, List.of(), true, false), head);
  }

  private CompletableFuture<Beginning> unread(String identity, Cursor cursor) {
    Position position = cursor.position();
    if (position.offset() == 0 || cursor.timeMillis() == 0) {
      return behind(identity, cursor);
    }
    Position before = new Position(position.epoch(), position.offset() - 1);
    return channels
        .read(identity, before, PAGE)
        .thenCompose(
            page -> {
              List<Publication> kept = page.publications();
              boolean there = !kept.isEmpty() && kept.get(0).position().equals(position);
              boolean same = there && kept.get(0).timeMillis() == cursor.timeMillis();
              if (!isTrimmed(position, page) || (there && !same)) {
                return younger(identity, cursor.timeMillis(), page.head(), position);
              }
              boolean alone = there && kept.size() == 1 && page.more();
              return alone || !there
                  ? behind(identity, cursor)
                  : CompletableFuture.completedFuture(new Beginning(withoutFirst(page), position));
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
                    ? CompletableFuture.completedFuture(new Beginning(page, cursor.position()))
                    : younger(identity, cursor.timeMillis(), page.head(), cursor.position()));
  }

  /** Something was lost; of what is there now, what is younger has not been seen. */
  private CompletableFuture<Beginning> younger(
      String identity, long timeMillis, Position head, Position behind) {
    return head.isNumbered()
        ? youngerFrom(identity, timeMillis, behind, new Position(head.epoch(), 0))
        : CompletableFuture.completedFuture(
            new Beginning(new History(head, List.of(), false, false), behind));
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
              return CompletableFuture.completedFuture(new Beginning(told, behind));
            });
  }

  /** When the message was accepted that has this number; 0 if it is not on the page. */
  static long timeAt(Position position, History page) {
    return page.publications().stream()
        .filter(publication -> publication.position().equals(position))
        .mapToLong(Publication::timeMillis)
        .findFirst()
        .orElse(0);
  }
}
