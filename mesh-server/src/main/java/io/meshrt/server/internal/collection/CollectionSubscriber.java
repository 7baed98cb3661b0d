// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.internal.cluster.LeaseTerm;
import io.meshrt.server.internal.dialect.CollectionShapes;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.hub.Subscriber;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.Slot;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/*
 * It remembers one state, the newest, and which version the client has. A session that keeps up is
 * told each state; one that does not has a slot, and is told everything since then at once when
 * there is room.
 */
/** A session that follows one collection. Belongs to its I/O thread, but for how it ends. */
final class CollectionSubscriber implements Subscriber, Slot {
  private final Session session;
  private final Generation generation;
  private final String collection;
  private final Paging paging;
  private final Consumer<CollectionSubscriber> onStale;

  /** Set by any thread: nothing is sent any more. */
  private volatile boolean ended;

  private @Nullable CollectionState newest;

  /** The version that the client has when all of {@link #telling} is sent. */
  private long sent;

  /** What the client takes for the version. */
  private long told;

  private @Nullable Telling telling;
  private int nextFrame;

  /** Of the node when its guard was asked; what was found in a later one waits for the guard. */
  private long term;

  private boolean stale;
  private boolean answered;
  private boolean inOutbox;

  /** Why it ended, if the client is to be told and was not yet. */
  private @Nullable String revokedBy;

  /**
   * Not answered yet.
   *
   * @param term of the node, from before the guard is asked
   * @param onStale told when the guard has to be asked again: to be {@linkplain #resume resumed} or
   *     ended
   */
  CollectionSubscriber(
      Session session,
      Generation generation,
      String collection,
      Paging paging,
      long term,
      Consumer<CollectionSubscriber> onStale) {
    this.session = session;
    this.generation = generation;
    this.collection = collection;
    this.paging = paging;
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

  String collection() {
    return collection;
  }

  /** The collection is like this now. */
  void on(CollectionState state) {
    CollectionState known = newest;
    if (known == null || state.version() > known.version()) {
      newest = state;
      tell();
    }
  }

  /** The client was answered with the beginning of {@code opening} of this state. Any thread. */
  void release(CollectionState state, Telling opening) {
    session.onLoop(
        () -> {
          answered = true;
          sent = state.version();
          told = opening.told();
          telling = opening;
          tellRevoked();
          tell();
        });
  }

  /**
   * The guard admits it still.
   *
   * @param now term of the node, from before the guard was asked
   */
  void resume(long now) {
    session.onLoop(
        () -> {
          term = validOf(now);
          stale = false;
          tell();
        });
  }

  /**
   * Sends nothing any more. Any thread; completes when a frame that was under way is with the
   * session.
   *
   * @param code why, for a client that understands it; null if it asked for that itself
   */
  CompletableFuture<@Nullable Void> end(@Nullable String code) {
    ended = true;
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    session.onLoop(
        () -> {
          revokedBy = code == null ? revokedBy : code;
          telling = null;
          newest = null;
          tellRevoked();
          done.complete(null);
        });
    return done;
  }

  boolean isEnded() {
    return ended;
  }

  /** Not before the reply that says it is subscribed. */
  private void tellRevoked() {
    String code = revokedBy;
    if (code != null && answered && generation == Generation.V1) {
      revokedBy = null;
      session.offer(CollectionShapes.revoked(collection, code));
    }
  }

  private void tell() {
    if (inOutbox) {
      return;
    }
    while (!session.isBehind()) {
      byte[] frame = next();
      if (frame == null) {
        return;
      }
      session.offer(frame);
    }
    if (isWaiting()) {
      inOutbox = session.offer(this);
    }
  }

  private boolean isWaiting() {
    CollectionState state = newest;
    return answered && !ended && (telling != null || (state != null && state.version() > sent));
  }

  private byte @Nullable [] next() {
    while (isWaiting()) {
      Telling current = telling;
      byte[] frame = current == null ? null : current.frame(nextFrame);
      if (frame != null) {
        nextFrame++;
        return frame;
      }
      telling = null;
      nextFrame = 0;
      if (!begin()) {
        return null;
      }
    }
    return null;
  }

  /** Goes on to the newest state; false if that has to wait, or is what the client has. */
  private boolean begin() {
    CollectionState state = newest;
    if (state == null || state.version() <= sent || stale) {
      return false;
    }
    if (state.term() > term) {
      stale = true;
      onStale.accept(this);
      return false;
    }
    Telling news = state.news(collection, generation, sent, told, paging);
    telling = news;
    told = news.told();
    sent = state.version();
    return true;
  }

  @Override
  public Object key() {
    return this;
  }

  @Override
  public byte @Nullable [] render() {
    inOutbox = false;
    byte[] frame = next();
    if (isWaiting() && !stale) {
      inOutbox = session.offer(this);
    }
    return frame;
  }
}
