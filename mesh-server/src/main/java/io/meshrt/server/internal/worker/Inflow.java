// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.work.WorkGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The work of one partition, in order, as much as there is room for: what is published while there
 * is nothing to catch up with, else what is kept. Belongs to a lane, as its sink does.
 */
final class Inflow {
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int PAGE = 128;

  private final Topics topics;
  private final Topic topic;
  private final Scheduler scheduler;
  private final Lane lane;
  private final Sink sink;

  private Position last;
  private boolean fromHead;
  private boolean behind;
  private boolean reading;
  private boolean closed;
  private long heardNanos;
  private @Nullable Registration registration;

  /** Where the work goes. */
  interface Sink {
    /** How many pieces it takes now. */
    int room();

    /** The next piece. */
    void onWork(Publication work);

    /** Pieces in the middle are missing; the first and the last of them. */
    void onMissing(long first, long last);

    /**
     * The work goes on at another position: in another epoch, or where nothing was done before.
     *
     * @param lost whether something may be missing
     */
    void onRestart(Position position, boolean lost);
  }

  /**
   * Not started.
   *
   * @param last the last piece that is not wanted; {@link Position#NONE} to begin with what is kept
   * @param fromHead whether to begin with what comes from now on instead
   */
  Inflow(
      Topics topics,
      Topic topic,
      Scheduler scheduler,
      Lane lane,
      Sink sink,
      Position last,
      boolean fromHead) {
    this.topics = topics;
    this.topic = topic;
    this.scheduler = scheduler;
    this.lane = lane;
    this.sink = sink;
    this.last = last;
    this.fromHead = fromHead;
    this.heardNanos = scheduler.nanoTime();
  }

  void start() {
    behind = true;
    listen();
  }

  /** There is room again. */
  void onRoom() {
    pull();
  }

  void close() {
    closed = true;
    if (registration != null) {
      registration.close();
    }
  }

  private void listen() {
    if (closed) {
      return;
    }
    CompletableFuture<?> unused =
        topics
            .listen(topic, new Ear())
            .whenComplete((listening, failure) -> lane.run(() -> onListening(listening)));
  }

  private void onListening(@Nullable Registration listening) {
    if (listening == null) {
      scheduler.schedule(() -> lane.run(this::listen), RETRY);
      return;
    }
    registration = listening;
    if (closed) {
      listening.close();
    } else {
      pull();
    }
  }

  private void pull() {
    int room = closed || registration == null ? 0 : sink.room();
    if (reading || !behind || room <= 0) {
      return;
    }
    reading = true;
    behind = false;
    HistoryQuery query =
        last.isNumbered() ? HistoryQuery.after(last, Math.min(room, PAGE)) : HistoryQuery.newest(1);
    CompletableFuture<?> unused =
        topics.read(topic, query).whenComplete((page, failure) -> lane.run(() -> onPage(page)));
  }

  private void onPage(@Nullable History page) {
    reading = false;
    if (closed) {
      return;
    }
    if (page == null) {
      behind = true;
      scheduler.schedule(() -> lane.run(this::pull), RETRY);
      return;
    }
    if (page.head().isNumbered()) {
      if (!page.head().sameEpoch(last)) {
        restart(page.head());
      } else {
        take(page);
      }
    } else {
      fromHead = false; // what comes first is new
    }
    pull();
  }

  private void restart(Position head) {
    boolean known = last.isNumbered();
    // A topic that was silent for longer than it keeps anything had nothing left to lose.
    boolean lost = known && scheduler.nanoTime() - heardNanos < WorkGroup.KEPT.toNanos();
    last = fromHead ? head : new Position(head.epoch(), 0);
    fromHead = false;
    behind = true;
    sink.onRestart(last, lost);
  }

  private void take(History page) {
    List<Publication> works = page.publications();
    if (!page.recovered()) {
      long next = works.isEmpty() ? page.head().offset() + 1 : works.get(0).position().offset();
      if (next > last.offset() + 1) {
        long first = last.offset() + 1;
        last = new Position(last.epoch(), next - 1);
        sink.onMissing(first, next - 1);
      }
    }
    works.forEach(this::accept);
    behind |= page.more();
  }

  private void accept(Publication work) {
    last = work.position();
    heardNanos = scheduler.nanoTime();
    sink.onWork(work);
  }

  private void onPublication(Publication work) {
    Position position = work.position();
    if (closed || (position.sameEpoch(last) && position.offset() <= last.offset())) {
      return;
    }
    heardNanos = scheduler.nanoTime(); // also of what there is no room for
    if (!reading && !behind && position.follows(last) && sink.room() > 0) {
      accept(work);
    } else {
      behind = true;
      pull();
    }
  }

  private final class Ear implements TopicListener {
    @Override
    public void onPublication(Publication publication) {
      lane.run(() -> Inflow.this.onPublication(publication));
    }

    @Override
    public void onGap(Position lastHeard, Position head) {
      lane.run(
          () -> {
            behind = true;
            pull();
          });
    }
  }
}
