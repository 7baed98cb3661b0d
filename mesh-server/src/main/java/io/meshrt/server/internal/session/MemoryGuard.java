// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every outbox of the node, four times a second: closes connections whose outbox stands
 * still, and the fullest ones when all of them together hold too much. Runs on the timer thread
 * from {@link #start} to {@link #stop}; {@link #isOverloaded} may be asked from any thread.
 */
public final class MemoryGuard {
  static final Duration INTERVAL = Duration.ofMillis(250);

  private static final Comparator<Backlog> FULLEST_LAST = Comparator.comparingInt(Backlog::bytes);

  private final Sessions sessions;
  private final long maxBufferedBytes;
  private volatile boolean overloaded;
  private volatile boolean stopped;
  private volatile Scheduler.@Nullable Timer timer;

  /**
   * A guard at rest.
   *
   * @param maxBufferedBytes what all outboxes together may hold; a frame that many share counts
   *     once
   */
  public MemoryGuard(Sessions sessions, long maxBufferedBytes) {
    this.sessions = sessions;
    this.maxBufferedBytes = maxBufferedBytes;
  }

  /** The bound for this machine: a quarter of the largest heap this JVM may have. */
  public static long quarterOfHeap() {
    return Runtime.getRuntime().maxMemory() / 4;
  }

  /** Begins to look. */
  public void start() {
    timer = sessions.services().scheduler().schedule(this::lookAgain, INTERVAL);
  }

  /** Looks no more. */
  public void stop() {
    stopped = true;
    Scheduler.Timer next = timer;
    if (next != null) {
      next.cancel();
    }
  }

  /** Whether the last look found too much: no connection should be accepted then. */
  public boolean isOverloaded() {
    return overloaded;
  }

  private void lookAgain() {
    if (!stopped) {
      look();
      start();
    }
  }

  private void look() {
    List<Backlog> backlogs = backlogs();
    long total = 0;
    long fullest = 0;
    for (Backlog backlog : backlogs) {
      total += backlog.bytes;
      fullest = Math.max(fullest, backlog.bytes);
    }
    sessions.services().metrics().outboxes(total, fullest);
    overloaded = total > maxBufferedBytes && closeFullest(backlogs);
  }

  private List<Backlog> backlogs() {
    long now = sessions.services().scheduler().nanoTime();
    long stallNanos = sessions.services().connectionLimits().stallTimeout().toNanos();
    List<Backlog> backlogs = new ArrayList<>();
    for (Session session : sessions.all()) {
      int bytes = session.outbox().pendingBytes();
      if (bytes == 0) {
        continue;
      }
      if (session.outbox().isStalled(now, stallNanos)) {
        session.closeAsSlow(Limit.OUTBOX_STALL, "no progress");
      } else {
        backlogs.add(new Backlog(session, bytes));
      }
    }
    return backlogs;
  }

  /** Counts exactly, the emptiest first, and closes those at which there is no room any more. */
  private boolean closeFullest(List<Backlog> backlogs) {
    backlogs.sort(FULLEST_LAST);
    Set<byte[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    long total = 0;
    for (Backlog backlog : backlogs) {
      total += backlog.session.outbox().addBufferedTo(seen);
      if (total > maxBufferedBytes) {
        backlog.session.closeAsSlow(Limit.BUFFERED_BYTES, "the node holds too much");
      }
    }
    return total > maxBufferedBytes;
  }

  private record Backlog(Session session, int bytes) {}
}
