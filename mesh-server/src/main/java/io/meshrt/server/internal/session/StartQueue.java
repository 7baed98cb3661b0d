// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.metrics.Limit;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands of one session that wait for a handler thread, and the number of those that run. They
 * start in the order they joined and run concurrently: a thread that takes the head asks for
 * another thread to go on behind it, then runs the handler, then comes back for more. Thread-safe;
 * guarded by this: every field but {@code running}.
 */
final class StartQueue implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(StartQueue.class);
  private static final AtomicIntegerFieldUpdater<StartQueue> RUNNING =
      AtomicIntegerFieldUpdater.newUpdater(StartQueue.class, "running");

  /** So many starts, then the thread makes room for other connections. */
  private static final int STARTS_PER_TURN = 32;

  private static final Failure NO_THREAD =
      Failure.of(ErrorCode.UNAVAILABLE, "the server is overloaded");

  private final SessionServices services;
  private final Outbox outbox;

  /** Made when the first command waits. */
  private @Nullable ArrayDeque<WaitingCommand> waiting;

  /** Commands that started and did not finish. */
  private volatile int running;

  /** Size of the queue, readable without the lock. */
  private volatile int waitingCount;

  private int waitingBytes;

  /** A thread was asked for and has not come yet. */
  private boolean threadAwaited;

  private boolean closed;

  StartQueue(SessionServices services, Outbox outbox) {
    this.services = services;
    this.outbox = outbox;
  }

  /** Whether a command may start at once without overtaking another. */
  boolean isClear() {
    return waitingCount == 0 && hasRoomToRun();
  }

  /** Whether nothing waits and nothing runs. */
  boolean isIdle() {
    return waitingCount == 0 && running == 0;
  }

  /** Counts a command that starts without having waited. */
  void onStarted() {
    RUNNING.incrementAndGet(this);
  }

  /** A command, waited or not, finished: the next may start. */
  void onFinished() {
    RUNNING.decrementAndGet(this);
    startNext();
  }

  /**
   * Joins the queue; {@link #startNext} is to be called afterwards. False when it is full. Free
   * places among the running do not count as waiting: whoever joins could have started already.
   */
  boolean join(WaitingCommand command) {
    synchronized (this) {
      if (!closed) {
        return add(command);
      }
    }
    command.drop();
    return true;
  }

  private boolean add(WaitingCommand command) {
    CommandLimits limits = services.commandLimits();
    int bytes = waitingBytes + command.bytes();
    int freeToRun = Math.max(0, limits.maxRunning() - running);
    if (waitingCount >= limits.maxWaiting() + freeToRun || bytes > limits.maxWaitingBytes()) {
      return false;
    }
    ArrayDeque<WaitingCommand> queue = waiting == null ? new ArrayDeque<>(4) : waiting;
    queue.add(command);
    waiting = queue;
    waitingBytes = bytes;
    waitingCount = queue.size();
    return true;
  }

  /** Asks for a thread if something may start; refuses what waits while there is none. */
  void startNext() {
    while (waitingCount > 0 && claimThread()) {
      if (services.threads().tryExecute(this)) {
        return;
      }
      services.metrics().limitHit(Limit.HANDLER_THREADS);
      WaitingCommand command = giveUpThread();
      if (command != null) {
        command.refuse(NO_THREAD);
      }
    }
  }

  /** Drops what waits; nothing starts any more. */
  void close() {
    ArrayDeque<WaitingCommand> dropped;
    synchronized (this) {
      closed = true;
      dropped = waiting;
      waiting = null;
      waitingBytes = 0;
      waitingCount = 0;
    }
    if (dropped != null) {
      dropped.forEach(WaitingCommand::drop);
    }
  }

  /** Takes its turn at the head of the queue, on a handler thread. */
  @Override
  public void run() {
    WaitingCommand command = takeHead(true);
    for (int starts = 1; command != null; starts++) {
      startNext();
      start(command);
      if (starts == STARTS_PER_TURN) {
        startNext();
        return;
      }
      command = takeHead(false);
    }
  }

  private static void start(WaitingCommand command) {
    try {
      command.start();
    } catch (Throwable e) {
      log.error("a command let an exception escape", e);
    }
  }

  private synchronized boolean claimThread() {
    if (threadAwaited || !mayStart()) {
      return false;
    }
    threadAwaited = true;
    return true;
  }

  private synchronized @Nullable WaitingCommand giveUpThread() {
    threadAwaited = false;
    return poll();
  }

  private synchronized @Nullable WaitingCommand takeHead(boolean awaited) {
    if (awaited) {
      threadAwaited = false;
    }
    if (!mayStart()) {
      return null;
    }
    RUNNING.incrementAndGet(this);
    return poll();
  }

  private @Nullable WaitingCommand poll() {
    if (waiting == null || waiting.isEmpty()) {
      return null;
    }
    WaitingCommand command = waiting.remove();
    waitingBytes -= command.bytes();
    waitingCount = waiting.size();
    return command;
  }

  private boolean mayStart() {
    return waitingCount > 0 && hasRoomToRun();
  }

  private boolean hasRoomToRun() {
    return running < services.commandLimits().maxRunning() && !outbox.isAboveHighMark();
  }
}
