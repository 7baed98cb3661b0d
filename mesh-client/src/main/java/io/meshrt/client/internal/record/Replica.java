// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.record;

import io.meshrt.client.record.RecordUpdate.Reason;
import io.meshrt.client.record.RecordVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one record, and who is told. Everything is guarded by the {@link Board}, but for
 * what says otherwise; who changes something wakes the listeners afterwards.
 *
 * <pre>
 * confirmed   what the server pushed last
 * newest      or what it answered to an own write, until its push comes
 * shown       the same with the edits it does not have yet
 * </pre>
 */
final class Replica {
  private final Board board;
  private final String id;
  private final List<Ear<?>> ears = new ArrayList<>();
  private RecordState confirmed = RecordState.NOTHING;
  private @Nullable RecordState ahead;
  private boolean live;

  /** Written under the lock, read anywhere. */
  private volatile RecordState shown = RecordState.NOTHING;

  Replica(Board board, String id) {
    this.board = board;
    this.id = id;
  }

  Board board() {
    return board;
  }

  String id() {
    return id;
  }

  RecordState confirmed() {
    return confirmed;
  }

  RecordState newest() {
    return ahead == null ? confirmed : ahead;
  }

  /** Any thread. */
  RecordState shown() {
    return shown;
  }

  boolean live() {
    return live;
  }

  void setLive(boolean live) {
    this.live = live;
  }

  /** The server told this; whether that is the own write that ran ahead. */
  boolean confirm(RecordState next, Reason reason) {
    RecordState own = ahead;
    boolean awaited =
        own != null && !own.version().stamp().isEmpty() && own.version().equals(next.version());
    confirmed = awaited && own != null ? own : next;
    if (own != null && (reason == Reason.RESYNC || next.number() >= own.number())) {
      ahead = null;
    }
    return awaited;
  }

  /** The server has this, and has not pushed it yet. */
  void runAhead(RecordState written) {
    ahead = written;
  }

  /** From now on it looks so; nobody is told. */
  void look(RecordState state) {
    shown = state;
  }

  /** From now on it looks so; the listeners are told. */
  void show(News news) {
    shown = news.state();
    ears.forEach(ear -> ear.offer(news));
  }

  /** A listener more, which is told how it looks. */
  void add(Ear<?> ear) {
    ears.add(ear);
    ear.offer(News.of(Reason.INITIAL, shown));
  }

  void remove(Ear<?> ear) {
    ears.remove(ear);
    ear.silence();
  }

  /** The record was deleted: all listeners are told, and are none any more. */
  List<Ear<?>> delete(RecordVersion last) {
    RecordState nothing = new RecordState(RecordState.NOTHING.value(), last);
    confirmed = nothing;
    ahead = null;
    show(News.of(Reason.DELETED, nothing));
    return end(false);
  }

  /** Nothing more will come; gives those who were listeners. */
  List<Ear<?>> end(boolean telling) {
    live = false;
    List<Ear<?>> ended = List.copyOf(ears);
    ears.clear();
    ended.forEach(ear -> ear.end(telling));
    return ended;
  }

  /** Whether nobody listens. Any thread. */
  boolean isEmpty() {
    synchronized (board) {
      return ears.isEmpty();
    }
  }

  /** Who listens. Any thread. */
  List<Ear<?>> ears() {
    synchronized (board) {
      return List.copyOf(ears);
    }
  }

  /** Has the listeners told what waits for them. Any thread, without the lock. */
  void wake() {
    ears().forEach(Ear::wake);
  }
}
