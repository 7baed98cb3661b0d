// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.execution.Lane;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears the letters of one node and hands them on in order, each once. After a gap it reads what it
 * missed, and holds back what comes meanwhile.
 */
final class LetterBox implements TopicListener {
  private static final Logger log = LoggerFactory.getLogger(LetterBox.class);
  private static final int PAGE = 200;
  private static final int MAX_HELD = 10_000;
  private static final long COMPLAINT_NANOS = Duration.ofMinutes(1).toNanos();
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Topics topics;
  private final Topic box;
  private final Scheduler scheduler;
  private final Consumer<Letter> handler;
  private final Runnable onLost;

  private final Lane lane = new Lane();

  // The rest belongs to the lane, in which letters are handed on too.
  private final ArrayDeque<Publication> held = new ArrayDeque<>();
  private Position last = Position.NONE;
  private boolean again;
  private @Nullable Long complainedNanos;

  // Written by the lane.
  private volatile boolean reading;

  /**
   * Empty.
   *
   * @param onLost told when letters are gone that were not handed on; in the lane
   */
  LetterBox(
      Topics topics, Topic box, Scheduler scheduler, Consumer<Letter> handler, Runnable onLost) {
    this.topics = topics;
    this.box = box;
    this.scheduler = scheduler;
    this.handler = handler;
    this.onLost = onLost;
  }

  /** Whether letters that came are held back, behind missed ones that are being read. */
  boolean isBehind() {
    return reading;
  }

  @Override
  public void onPublication(Publication publication) {
    lane.run(() -> take(publication));
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    lane.run(() -> miss(lastHeard));
  }

  private void take(Publication publication) {
    if (!reading) {
      handOn(publication);
    } else if (held.size() < MAX_HELD) {
      held.add(publication);
    } else {
      again = true; // it will be read
    }
  }

  private void miss(Position lastHeard) {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    if (!last.isNumbered()) {
      last = lastHeard;
    }
    read();
  }

  private void read() {
    again = false;
    // A box without a place to read on from belongs to a node that has just begun.
    HistoryQuery query =
        last.isNumbered() ? HistoryQuery.after(last, PAGE) : HistoryQuery.newest(PAGE);
    CompletableFuture<?> unused =
        topics.read(box, query).whenComplete((page, failure) -> lane.run(() -> onPage(page)));
  }

  private void onPage(@Nullable History page) {
    if (page == null) {
      scheduler.schedule(() -> lane.run(this::read), RETRY);
      return;
    }
    if (!page.recovered()) {
      lose();
    }
    page.publications().forEach(this::handOn);
    if (page.more() || again) {
      read();
      return;
    }
    while (!held.isEmpty()) {
      handOn(held.remove());
    }
    reading = false;
  }

  private void handOn(Publication publication) {
    Position position = publication.position();
    if (position.sameEpoch(last) && position.offset() <= last.offset()) {
      return;
    }
    if (last.isNumbered() && position.isNumbered() && !position.sameEpoch(last)) {
      lose(); // what was sent behind the last one went with the epoch
    }
    last = position;
    Letter letter = Letter.decode(publication.payload()).orElse(null);
    if (letter == null) {
      complain("something that is no letter was sent to this node");
      return;
    }
    try {
      handler.accept(letter);
    } catch (RuntimeException e) {
      log.error("a letter of kind {} was not handled", letter.kind(), e);
    }
  }

  private void lose() {
    complain("letters to this node were lost");
    onLost.run();
  }

  private void complain(String what) {
    long now = scheduler.nanoTime();
    Long before = complainedNanos;
    if (before == null || now - before > COMPLAINT_NANOS) {
      complainedNanos = now;
      log.warn("{}", what);
    }
  }
}
