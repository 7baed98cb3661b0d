// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.channel.PersonalChannels;
import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.inbox.InboxRequests.Acknowledgement;
import java.util.concurrent.CompletableFuture;

/*
 * Who says when the message was kept that it means was given that message, on this connection or on
 * another one: so the log is asked, and not what this connection was sent. If another message has the
 * number by now, or none, what was handled is lost. A message that is too old to be kept is believed:
 * nothing before it is there any more. Older clients say a number alone.
 */
/** Moves devices to what their clients have handled. Thread-safe, never blocks. */
final class Acknowledging {
  private final PersonalChannels channels;
  private final Cursors cursors;

  Acknowledging(PersonalChannels channels, Cursors cursors) {
    this.channels = channels;
    this.cursors = cursors;
  }

  /**
   * Moves a device, or leaves it where it is because the message is lost that was handled.
   *
   * @return whether it is not
   */
  CompletableFuture<Boolean> acknowledge(String identity, Acknowledgement wanted) {
    Position position = wanted.place().position();
    Position before = new Position(position.epoch(), Math.max(0, position.offset() - 1));
    return channels.read(identity, before, 1).thenCompose(page -> move(identity, wanted, page));
  }

  private CompletableFuture<Boolean> move(String identity, Acknowledgement wanted, History page) {
    Cursor place = wanted.place();
    Position position = place.position();
    Position head = page.head();
    if (!place.isTimed() && !head.sameEpoch(position)) {
      throw CommandException.badRequest("epoch: not that of the inbox");
    }
    long keptMillis = Beginning.timeAt(position, page);
    boolean kept = keptMillis > 0;
    boolean there = head.sameEpoch(position) && position.offset() <= head.offset();
    if (place.isTimed() && (!there || (kept && !place.fits(keptMillis)))) {
      return CompletableFuture.completedFuture(false);
    }
    Cursor to = kept ? new Cursor(position, keptMillis) : place;
    return cursors
        .move(channels.topic(identity), wanted.device(), to, head)
        .thenApply(done -> true);
  }
}
