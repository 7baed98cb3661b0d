// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.hub.Fanout;
import io.meshrt.server.internal.metrics.ChannelMeter;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears one channel and tells the subscribers of this node: each publication once, in order, or
 * that there is a gap. What was not heard is read from the history, once for all of them; what
 * comes meanwhile waits.
 *
 * <p>While nobody is subscribed nothing is told and nothing is read: whoever subscribes reads the
 * history after this listens.
 */
final class ChannelTopic implements TopicListener {
  /** Publications that wait for a read; one more makes it necessary to read again. */
  static final int MAX_HELD = 4_096;

  static final long MAX_HELD_BYTES = 8 << 20;
  static final Duration RETRY = Duration.ofSeconds(1);
  private static final int PAGE = 300;

  private final Topic topic;
  private final String shown;
  private final Topics topics;
  private final LongSupplier term;
  private final Fanout<ChannelSubscriber> subscribers;
  private final Scheduler scheduler;
  private final ChannelMeter meter;
  private final Lane lane = new Lane();

  // The rest belongs to the lane.

  /** Everything up to here was told, or told as lost. */
  private Position last = Position.NONE;

  private boolean catchingUp;
  private boolean again;
  private boolean overflowed;
  private final ArrayDeque<Publication> held = new ArrayDeque<>();
  private long heldBytes;

  /**
   * Nothing was heard.
   *
   * @param shown what clients call the channel
   * @param term of the node, as {@code Cluster#term}
   */
  ChannelTopic(
      Topic topic,
      String shown,
      Topics topics,
      LongSupplier term,
      Fanout<ChannelSubscriber> subscribers,
      Scheduler scheduler,
      ChannelMeter meter) {
    this.topic = topic;
    this.shown = shown;
    this.topics = topics;
    this.term = term;
    this.subscribers = subscribers;
    this.scheduler = scheduler;
    this.meter = meter;
  }

  @Override
  public void onPublication(Publication publication) {
    lane.run(() -> take(publication));
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    lane.run(() -> miss(lastHeard, head));
  }

  private void take(Publication publication) {
    if (!catchingUp) {
      tell(publication);
      return;
    }
    int bytes = publication.payload().length;
    if (overflowed || held.size() == MAX_HELD || heldBytes + bytes > MAX_HELD_BYTES) {
      overflowed = true; // the next read will find it
      again = true;
      return;
    }
    held.add(publication);
    heldBytes += bytes;
  }

  private void tell(Publication publication) {
    Position position = publication.position();
    if (position.isNumbered()) {
      if (position.sameEpoch(last) && position.offset() <= last.offset()) {
        return;
      }
      if (position.sameEpoch(last) && !position.follows(last)) {
        tellGap(new Position(position.epoch(), position.offset() - 1));
      }
      last = position;
    }
    if (subscribers.size() > 0) {
      ChannelPush push = new ChannelPush(shown, publication, term.getAsLong());
      subscribers.forEach(subscriber -> subscriber.onPush(push));
    }
  }

  private void tellGap(Position position) {
    last = position;
    meter.gap();
    subscribers.forEach(subscriber -> subscriber.onGap(position));
  }

  private void miss(Position lastHeard, Position head) {
    if (catchingUp) {
      again = true;
      return;
    }
    if (subscribers.size() == 0) {
      last = Position.NONE;
      return;
    }
    if (!last.isNumbered()) {
      last = lastHeard;
    }
    if (!last.isNumbered()) {
      // Nobody knows what was missed; what has a number now, has it since.
      tellGap(head.isNumbered() ? new Position(head.epoch(), 0) : Position.NONE);
      if (!head.isNumbered()) {
        return;
      }
    }
    catchingUp = true;
    read();
  }

  private void read() {
    again = false;
    overflowed = false;
    if (!last.isNumbered()) {
      finish(Position.NONE);
      return;
    }
    meter.historyRead();
    CompletableFuture<?> unused =
        topics
            .read(topic, HistoryQuery.after(last, PAGE))
            .whenComplete((page, failure) -> lane.run(() -> onPage(page, failure)));
  }

  private void onPage(@Nullable History page, @Nullable Throwable failure) {
    if (page == null || failure != null || isBehind(page.head())) {
      readLater();
      return;
    }
    Position head = page.head();
    List<Publication> publications = page.publications();
    if (page.recovered()) {
      meter.recovered(publications.size());
    } else if (publications.isEmpty()) {
      loseAll(head);
    } else {
      Position first = publications.get(0).position();
      tellGap(new Position(first.epoch(), first.offset() - 1));
    }
    publications.forEach(this::tell);
    if (page.more() || again) {
      read();
    } else {
      finish(head);
    }
  }

  /** Nothing is kept of what was missed, or it belongs to another epoch. */
  private void loseAll(Position head) {
    Position next = positionBeforeHeld(head);
    boolean sameEpoch = next.sameEpoch(last);
    if (!next.equals(last)) {
      tellGap(next);
    }
    // Of another epoch, what lies between what is held and the head may be kept.
    again |= !sameEpoch && next.isNumbered() && !next.equals(head);
  }

  /** The cluster has forgotten what was heard and is about to notice: another epoch will follow. */
  private boolean isBehind(Position head) {
    return head.sameEpoch(last) && head.offset() < last.offset();
  }

  private void readLater() {
    if (subscribers.size() == 0) {
      last = Position.NONE;
      end();
    } else {
      scheduler.schedule(() -> lane.run(this::read), RETRY);
    }
  }

  /** What was lost ends where the first of those held begins, or at the head. */
  private Position positionBeforeHeld(Position head) {
    for (Publication publication : held) {
      Position position = publication.position();
      boolean isNews = !position.sameEpoch(last) || position.offset() > last.offset();
      if (position.sameEpoch(head) && isNews) {
        return position.offset() <= head.offset()
            ? new Position(head.epoch(), position.offset() - 1)
            : head;
      }
    }
    return head;
  }

  private void finish(Position head) {
    for (Publication publication : held) {
      Position position = publication.position();
      if (!position.isNumbered() || !last.isNumbered() || position.sameEpoch(last)) {
        tell(publication);
      }
    }
    end();
    if (isBefore(head)) {
      // May still arrive; if it does not, nobody else will notice.
      scheduler.schedule(() -> lane.run(() -> lookAgain(head)), RETRY);
    }
  }

  private void lookAgain(Position head) {
    if (!catchingUp && isBefore(head) && subscribers.size() > 0) {
      catchingUp = true;
      read();
    }
  }

  private boolean isBefore(Position head) {
    return last.sameEpoch(head) && last.offset() < head.offset();
  }

  private void end() {
    catchingUp = false;
    again = false;
    overflowed = false;
    held.clear();
    heldBytes = 0;
  }
}
