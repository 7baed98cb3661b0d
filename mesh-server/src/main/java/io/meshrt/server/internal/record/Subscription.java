// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.Generation;
import java.util.ArrayDeque;
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

  /** Set by any thread: nothing is sent any more. */
  private volatile boolean ended;

  /** What the client has. Set before the I/O thread gets to know of this. */
  private Version sent = Version.ABSENT;

  private long sequence;

  /** What the client is to be told, null when it has everything. */
  @Nullable RecordState newest;

  /** Until the client was answered. */
  boolean holding = true;

  /** For the family's clients: what came until then, in order. Null when it was too much. */
  @Nullable ArrayDeque<RecordState> held = new ArrayDeque<>(0);

  boolean revoked;

  Subscription(
      GroupSubscriber subscriber,
      RecordGroup group,
      String id,
      Generation generation,
      RecordMode mode) {
    this.subscriber = subscriber;
    this.group = group;
    this.id = id;
    this.generation = generation;
    this.mode = mode;
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

  /** Whether this is news for the client; takes note of it. */
  boolean takes(RecordState state) {
    RecordState waiting = newest;
    boolean over = ended || (waiting != null && !waiting.exists());
    if (over || state.sequence() <= sequence) {
      return false;
    }
    sequence = state.sequence();
    return true;
  }

  /** What to send in order to bring the client to a state. */
  RecordState.Form form(RecordState state) {
    return state.exists() ? state.form(generation, mode, sent) : state.deletion(generation);
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
