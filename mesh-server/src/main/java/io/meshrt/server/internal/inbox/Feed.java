// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.inbox;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.hub.Subscriber;
import io.meshrt.server.internal.inbox.InboxRequests.Wanted;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Slot;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one session is sent of its inbox: pages one after the other while there is room in its
 * outbox, then what is heard as long as it is the very next message. Belongs to the session's I/O
 * thread, but for its beginning and end.
 */
final class Feed implements Subscriber, Slot {
  private final InboxFeed inboxes;
  private final Session session;
  private final String identity;
  private final boolean fromEnd;

  // Guarded by this.
  private boolean subscribed;
  private boolean ended;

  private boolean opened;
  private boolean reading;

  /** There may be more than what is being read, or than what was. */
  private boolean behind;

  /** Everything up to here was sent, or is not kept any more. */
  private Position at = Position.NONE;

  /** When the message there was accepted, 0 where that is not known. */
  private long atMillis;

  /** What waited when the inbox was opened ends here. */
  private Position replayEnd = Position.NONE;

  private int replayed;
  private Position acknowledged = Position.NONE;
  private boolean acknowledging;

  Feed(InboxFeed inboxes, Session session, String identity, boolean fromEnd) {
    this.inboxes = inboxes;
    this.session = session;
    this.identity = identity;
    this.fromEnd = fromEnd;
  }

  @Override
  public Session session() {
    return session;
  }

  String identity() {
    return identity;
  }

  /** Hears the inbox, then reads it; again later while the cluster cannot be asked. Any thread. */
  void begin() {
    synchronized (this) {
      if (ended) {
        return;
      }
    }
    CompletableFuture<?> unused =
        inboxes.hear(this).whenComplete((done, failure) -> onHearing(failure));
  }

  private void onHearing(@Nullable Throwable failure) {
    boolean late;
    synchronized (this) {
      subscribed = failure == null;
      late = ended;
    }
    if (failure != null) {
      if (!late) {
        inboxes.later(this::begin);
      }
    } else if (late) {
      inboxes.unhear(this);
    } else {
      session.loop().execute(this::goOn);
    }
  }

  /** Sends nothing more. Any thread. */
  void end() {
    boolean there;
    synchronized (this) {
      ended = true;
      there = subscribed;
    }
    if (there) {
      inboxes.unhear(this);
    }
  }

  /** One more message is kept. */
  void hear(FeedMessage message) {
    Position position = message.position();
    if (opened && position.sameEpoch(at) && position.offset() <= at.offset()) {
      return;
    }
    boolean next = position.follows(at) || (!at.isNumbered() && position.offset() == 1);
    if (opened && next && !reading && !behind && !session.isBehind()) {
      send(message);
      stand(position, message.timeMillis());
    } else {
      goOn();
    }
  }

  /** Reads what comes next, as soon as there is room for it. */
  void goOn() {
    behind = true;
    if (reading || !session.isOpen()) {
      return;
    }
    if (session.isBehind()) {
      session.offer((Slot) this);
    } else {
      read();
    }
  }

  @Override
  public Object key() {
    return this;
  }

  /** Everything before it has left: there is room again. */
  @Override
  public byte @Nullable [] render() {
    session.loop().execute(this::goOn);
    return null;
  }

  private void read() {
    reading = true;
    behind = false;
    CompletableFuture<?> unused =
        inboxes
            .read(this, wanted())
            .whenComplete(
                (beginning, failure) ->
                    session.loop().execute(() -> onRead(failure == null ? beginning : null)));
  }

  private Wanted wanted() {
    boolean goesOn = opened && at.isNumbered();
    return new Wanted(
        InboxFeed.DEVICE, goesOn ? new Cursor(at, atMillis) : null, fromEnd && !opened);
  }

  private void onRead(@Nullable Beginning beginning) {
    if (beginning == null) {
      inboxes.later(
          () ->
              session
                  .loop()
                  .execute(
                      () -> {
                        reading = false;
                        goOn();
                      }));
      return;
    }
    reading = false;
    if (!session.isOpen()) {
      return;
    }
    History page = beginning.page();
    boolean first = !opened;
    if (first) {
      opened = true;
      replayEnd = page.head();
      inboxes.onOpened(this, beginning);
    }
    send(page.publications());
    Position end = Beginning.end(page);
    if (!end.equals(at)) {
      stand(end, end.equals(page.head()) ? beginning.headMillis() : Beginning.timeAt(end, page));
    }
    if (first && page.publications().isEmpty()) {
      acknowledged = at; // later `at` may lie behind what was sent and is not heard yet
    }
    if (page.more() || behind) {
      goOn();
    }
  }

  private void stand(Position position, long timeMillis) {
    at = position;
    atMillis = timeMillis;
  }

  private void send(List<Publication> publications) {
    for (Publication publication : publications) {
      send(new FeedMessage(publication));
    }
  }

  private void send(FeedMessage message) {
    Position position = message.position();
    boolean waited = position.sameEpoch(replayEnd) && position.offset() <= replayEnd.offset();
    byte[] frame = message.frame(inboxes.words(), waited ? replayed + 1 : 0);
    if (frame.length > 0) {
      replayed += waited ? 1 : 0;
      session.offer(frame);
    }
  }

  /** The client has what was written before this. */
  void onHeard() {
    if (acknowledging || at.equals(acknowledged) || !session.outgoing().isEmpty()) {
      return;
    }
    Position reached = at;
    Cursor place = new Cursor(at, atMillis);
    acknowledging = true;
    CompletableFuture<?> unused =
        inboxes
            .acknowledge(this, place)
            .whenComplete(
                (done, failure) -> session.loop().execute(() -> onDone(reached, failure)));
  }

  private void onDone(Position reached, @Nullable Throwable failure) {
    acknowledging = false;
    if (failure == null) {
      acknowledged = reached;
    }
  }
}
