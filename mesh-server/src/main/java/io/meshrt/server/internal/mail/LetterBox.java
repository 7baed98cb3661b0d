// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mail;

import io.meshrt.server.internal.cluster.History;
import io.meshrt.server.internal.cluster.HistoryQuery;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
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

  // Guarded by this, together with the order in which letters are handed on.
  private final ArrayDeque<Publication> held = new ArrayDeque<>();
  private Position last = Position.NONE;
  private boolean reading;
  private boolean again;
  private @Nullable Long complainedNanos;

  LetterBox(Topics topics, Topic box, Scheduler scheduler, Consumer<Letter> handler) {
    this.topics = topics;
    this.box = box;
    this.scheduler = scheduler;
    this.handler = handler;
  }

  @Override
  public synchronized void onPublication(Publication publication) {
    if (!reading) {
      handOn(publication);
    } else if (held.size() < MAX_HELD) {
      held.add(publication);
    } else {
      again = true; // it will be read
    }
  }

  @Override
  public void onGap(Position lastHeard, Position head) {
    synchronized (this) {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      if (!last.isNumbered()) {
        last = lastHeard;
      }
    }
    read();
  }

  private void read() {
    Position after;
    synchronized (this) {
      again = false;
      after = last;
    }
    // A box without a place to read on from belongs to a node that has just begun.
    HistoryQuery query =
        after.isNumbered() ? HistoryQuery.after(after, PAGE) : HistoryQuery.newest(PAGE);
    CompletableFuture<?> unused = topics.read(box, query).whenComplete(this::onPage);
  }

  private void onPage(@Nullable History page, @Nullable Throwable failure) {
    if (page == null) {
      scheduler.schedule(this::read, RETRY);
      return;
    }
    boolean more;
    synchronized (this) {
      if (!page.recovered()) {
        complain("letters to this node were lost");
      }
      page.publications().forEach(this::handOn);
      more = page.more() || again;
    }
    if (more) {
      read();
    } else {
      finish();
    }
  }

  private void finish() {
    synchronized (this) {
      for (Publication publication = held.poll(); publication != null; publication = held.poll()) {
        handOn(publication);
      }
      if (!again) {
        reading = false;
        return;
      }
    }
    read();
  }

  private void handOn(Publication publication) {
    Position position = publication.position();
    if (position.sameEpoch(last) && position.offset() <= last.offset()) {
      return;
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

  private void complain(String what) {
    long now = scheduler.nanoTime();
    Long before = complainedNanos;
    if (before == null || now - before > COMPLAINT_NANOS) {
      complainedNanos = now;
      log.warn("{}", what);
    }
  }
}
