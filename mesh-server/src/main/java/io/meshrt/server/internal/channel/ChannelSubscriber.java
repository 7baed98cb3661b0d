// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.dialect.ChannelShapes;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.hub.Subscriber;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.session.Session;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A session that hears of one channel: of everything behind what it was answered with, once, and
 * not before that answer. Belongs to the session's I/O thread, but for how it ends.
 */
final class ChannelSubscriber implements Subscriber {
  /** What may come while the history is read; more is told as a gap. */
  static final int MAX_HELD = 512;

  static final int MAX_HELD_BYTES = 1 << 20;

  private final Session session;
  private final Generation generation;
  private final String channel;
  private final String shown;
  private final Consumer<ChannelSubscriber> onStale;

  /** Set by any thread: nothing is sent any more. */
  private volatile boolean ended;

  /** Everything up to here was sent, or told as lost, or was not wanted. */
  private Position last = Position.NONE;

  /** Of what was sent behind the answer: the last message, or what the last gap ends with. */
  private Position sent = Position.NONE;

  /** The gap that was told and behind which nothing was sent yet. */
  private @Nullable Position toldGap;

  /** Pushes, and positions for gaps. Null when nothing is held any more. */
  private @Nullable ArrayDeque<Object> held = new ArrayDeque<>();

  private int heldBytes;

  /** Whose place it took and where it goes on, if it was not asked to begin elsewhere. */
  private @Nullable ChannelSubscriber continued;

  /** Of the node when its guard was asked; what is heard in a later one waits for the guard. */
  private long term;

  private boolean answered;

  private boolean revoked;

  /**
   * Not answered yet.
   *
   * @param shown what clients call the channel
   * @param term of the node, from before the guard is asked
   * @param onStale told when the guard has to be asked again: to be {@linkplain #resume resumed} or
   *     ended
   */
  ChannelSubscriber(
      Session session,
      Generation generation,
      String channel,
      String shown,
      long term,
      Consumer<ChannelSubscriber> onStale) {
    this.session = session;
    this.generation = generation;
    this.channel = channel;
    this.shown = shown;
    this.term = validOf(term);
    this.onStale = onStale;
  }

  /** An answer of the guard in a lapse may be wrong before the lapse is over. */
  private static long validOf(long term) {
    return LeaseTerm.isLapsed(term) ? term - 1 : term;
  }

  @Override
  public Session session() {
    return session;
  }

  Generation generation() {
    return generation;
  }

  String channel() {
    return channel;
  }

  /**
   * How far the session was sent what came behind its answer, for whoever runs a request of the
   * session: the I/O thread has read that later than it has sent what the request is about.
   */
  Position sent() {
    return sent;
  }

  /** A message. */
  void onPush(ChannelPush push) {
    take(push);
  }

  /** A hole that cannot be filled; what comes next follows {@code position}. */
  void onGap(Position position) {
    take(position);
  }

  private void take(Object item) {
    ArrayDeque<Object> waiting = held;
    if (ended) {
      return;
    }
    if (waiting == null && item instanceof ChannelPush push && push.term() > term) {
      held = new ArrayDeque<>(List.of(item));
      heldBytes = push.bytes();
      onStale.accept(this);
      return;
    }
    if (waiting == null) {
      handle(item);
      return;
    }
    int bytes = item instanceof ChannelPush push ? push.bytes() : 0;
    if (waiting.size() == MAX_HELD || heldBytes + bytes > MAX_HELD_BYTES) {
      session.services().metrics().limitHit(Limit.CHANNEL_HELD);
      waiting.clear();
      heldBytes = 0;
      if (item instanceof ChannelPush push) {
        waiting.add(push.before());
      }
    }
    waiting.add(item);
    heldBytes += bytes;
  }

  /**
   * Goes on behind the last message that another one has sent, whatever the session is answered
   * with: for clients that know no positions and did not ask for history. Before {@link #release}.
   */
  void continueBehind(ChannelSubscriber other) {
    continued = other;
  }

  /**
   * The session was answered with everything it wants up to {@code head}: sends what came behind,
   * and from now on everything at once. Any thread.
   */
  void release(Position head) {
    session.onLoop(() -> flush(head));
  }

  /**
   * The guard admits it still: sends what was held.
   *
   * @param term of the node, from before the guard was asked
   */
  void resume(long term) {
    session.onLoop(() -> flushAgain(term));
  }

  /**
   * Sends nothing any more. Any thread; completes when a frame that was under way is with the
   * session.
   *
   * @param revoked whether a client that understands it is told
   */
  CompletableFuture<@Nullable Void> end(boolean revoked) {
    ended = true;
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    session.onLoop(
        () -> {
          if (revoked) {
            this.revoked = true;
            tellRevoked();
          }
          done.complete(null);
        });
    return done;
  }

  boolean isEnded() {
    return ended;
  }

  private void flush(Position head) {
    ArrayDeque<Object> waiting = held;
    if (waiting == null) {
      return;
    }
    held = null;
    answered = true;
    if (ended) {
      tellRevoked();
      return;
    }
    ChannelSubscriber other = continued;
    continued = null;
    last = other == null ? head : other.last;
    dropOlderThan(last, waiting);
    waiting.forEach(this::take);
  }

  private void flushAgain(long newTerm) {
    ArrayDeque<Object> waiting = held;
    term = validOf(newTerm);
    held = null;
    if (waiting != null) {
      waiting.forEach(this::take);
    }
  }

  /** Not before the reply that says it is subscribed. */
  private void tellRevoked() {
    if (revoked && answered && generation == Generation.V1) {
      revoked = false;
      session.offer(ChannelShapes.revoked(shown));
    }
  }

  /**
   * Drops what was heard before the channel took the epoch in which it was read. If that epoch was
   * not heard of, it is either older than the first gap, or nobody has told of it yet.
   */
  private static void dropOlderThan(Position head, ArrayDeque<Object> waiting) {
    if (!head.isNumbered()) {
      return;
    }
    boolean known = waiting.stream().anyMatch(item -> head.sameEpoch(positionOf(item)));
    boolean gap = waiting.stream().anyMatch(Position.class::isInstance);
    while (!waiting.isEmpty()) {
      Object first = waiting.getFirst();
      Position position = positionOf(first);
      boolean begins = known ? head.sameEpoch(position) : gap && first instanceof Position;
      if (begins || !position.isNumbered()) {
        return;
      }
      waiting.removeFirst();
    }
  }

  private static Position positionOf(Object item) {
    return item instanceof ChannelPush push ? push.position() : (Position) item;
  }

  private void handle(Object item) {
    if (item instanceof ChannelPush push) {
      handle(push);
    } else {
      handle((Position) item);
    }
  }

  private void handle(ChannelPush push) {
    Position position = push.position();
    if (position.isNumbered()) {
      boolean stale = last.isNumbered() && !position.sameEpoch(last);
      if (stale || (position.sameEpoch(last) && position.offset() <= last.offset())) {
        return;
      }
      if (position.sameEpoch(last) && !position.follows(last)) {
        handle(push.before());
      }
      last = position;
    }
    toldGap = null;
    sent = position;
    if (push.isFor(session.id())) {
      session.offer(push.frame(generation));
    }
  }

  private void handle(Position gap) {
    if (gap.sameEpoch(last) && gap.offset() <= last.offset()) {
      return; // lost before this subscription, or told already
    }
    last = gap;
    boolean told = toldGap != null && (!toldGap.isNumbered() || gap.equals(toldGap));
    toldGap = gap;
    if (told) {
      return; // that something is missing before what comes next
    }
    if (generation == Generation.V1) {
      sent = gap;
      session.offer(ChannelShapes.gap(shown, gap.epoch(), gap.offset()));
    }
  }
}
