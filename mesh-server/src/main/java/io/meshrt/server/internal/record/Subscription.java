// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.record.Subscriptions.Wish;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One record that one session follows. What is not final belongs to the session's I/O thread, but
 * for how it ends.
 */
final class Subscription {
  private final GroupSubscriber subscriber;
  private final RecordGroup group;
  private final String id;
  private final Generation generation;
  private final RecordMode mode;
  private final Consumer<Subscription> askAgain;

  /** Set by any thread: nothing is sent any more. */
  private volatile boolean ended;

  /** What the client has. Set before the I/O thread gets to know of this. */
  private Version sent;

  private long sequence;

  /** Of the node when its guard was asked; what is heard in a later one waits for the guard. */
  private long term;

  private long heardTerm;

  /** What the client is to be told, null when it has everything. */
  @Nullable RecordState newest;

  /** Until the client was answered, and while the guard has to be asked again. */
  boolean holding = true;

  boolean answered;

  /** For the family's clients: what came until then, in order. Null when it was too much. */
  @Nullable ArrayDeque<RecordState> held = new ArrayDeque<>(0);

  boolean revoked;

  /**
   * What the guard of a record said.
   *
   * @param term of the node, from before it was asked
   * @param askAgain does so, for a subscription to be {@linkplain GroupSubscriber#resume resumed}
   *     or ended; does not block
   */
  record Admission(long term, Consumer<Subscription> askAgain) {}

  Subscription(GroupSubscriber subscriber, RecordGroup group, Wish wish, Admission admission) {
    this.subscriber = subscriber;
    this.group = group;
    this.id = wish.id();
    this.generation = wish.generation();
    this.mode = wish.mode();
    this.term = admission.term();
    this.askAgain = admission.askAgain();
    this.sent = Optional.ofNullable(wish.known()).orElse(Version.ABSENT);
  }

  GroupSubscriber subscriber() {
    return subscriber;
  }

  RecordGroup group() {
    return group;
  }

  String id() {
    return id;
  }

  Generation generation() {
    return generation;
  }

  RecordMode mode() {
    return mode;
  }

  /** Whether the client comes with something that was written later. */
  boolean isAheadOf(RecordState state) {
    return sent.stamp().compareTo(state.version().stamp()) > 0;
  }

  /** The client gets this as its snapshot. */
  void begin(RecordState snapshot) {
    sent = snapshot.version();
    sequence = snapshot.sequence();
  }

  void end() {
    ended = true;
  }

  boolean isEnded() {
    return ended;
  }

  /** Something was heard in a term of the node. */
  void onHeard(long inTerm) {
    heardTerm = Math.max(heardTerm, inTerm);
  }

  /** Its guard was asked in a term of the node, and admits it. */
  void onAdmitted(long inTerm) {
    term = inTerm;
  }

  /** Whether it may be revoked without that this node got to know. */
  boolean isStale() {
    return heardTerm > term;
  }

  void askAgain() {
    askAgain.accept(this);
  }

  /** Whether this is news for the client; takes note of it. */
  boolean takes(RecordState state) {
    RecordState waiting = newest;
    boolean over = ended || (waiting != null && waiting.isDeleted());
    if (over || state.sequence() <= sequence) {
      return false;
    }
    sequence = state.sequence();
    return true;
  }

  /** What to send in order to bring the client to a state. */
  RecordState.Form form(RecordState state) {
    return state.isDeleted() ? state.deletion(generation) : state.form(generation, mode, sent);
  }

  /** A name for {@link #form} among all forms of one state. */
  String formName() {
    return mode == RecordMode.PATCH ? id + '\n' + sent.stamp() : id;
  }

  /** The client was sent a state. */
  void onSent(RecordState state) {
    sent = state.version();
  }
}
