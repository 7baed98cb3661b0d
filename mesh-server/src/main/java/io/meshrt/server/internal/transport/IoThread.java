// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xnio.XnioIoThread;

/**
 * One of XNIO's I/O threads, with the buffers that all its sockets share and the work that waits
 * for it. Queue and dirty list may be added to by any thread; the buffers belong to the I/O thread.
 *
 * <p>However much is handed over while the thread is busy, XNIO gets one task: it runs the queue,
 * then flushes each connection that asked for it, so that what several tasks put into one outbox
 * leaves in one write.
 */
final class IoThread implements IoLoop, Runnable {
  static final int INPUT_BYTES = 64 * 1024;
  static final int OUTPUT_BYTES = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(IoThread.class);

  private final XnioIoThread thread;
  private final int index;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable WebSocketTransport> dirty = new AtomicReference<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile boolean stopped;
  private @Nullable ByteBuffer input;
  private @Nullable ByteBuffer output;
  private boolean moving;

  IoThread(XnioIoThread thread, int index) {
    this.thread = thread;
    this.index = index;
  }

  @Override
  public void execute(Runnable task) {
    if (!stopped) {
      tasks.add(task);
      wake();
    }
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  @Override
  public int index() {
    return index;
  }

  /** Flushes the transport at the end of the turn; it must not be in the list already. */
  void addDirty(WebSocketTransport transport) {
    WebSocketTransport head;
    do {
      head = dirty.get();
      transport.nextDirty = head;
    } while (!dirty.compareAndSet(head, transport));
    wake();
  }

  /**
   * Runs the task after the thread has looked at its other sockets. XNIO runs plain tasks until
   * none is left, so one that always adds another would starve them.
   */
  void executeNextTurn(Runnable task) {
    try {
      var unused = thread.executeAfter(task, 1, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.trace("task dropped, I/O has stopped");
    }
  }

  /** A heap buffer to read into; its content lasts no longer than the current event. */
  ByteBuffer input() {
    ByteBuffer buffer = input;
    if (buffer == null) {
      buffer = ByteBuffer.wrap(new byte[INPUT_BYTES]);
      input = buffer;
    }
    return buffer.clear();
  }

  /** A direct buffer to write from; its content lasts no longer than the current call. */
  ByteBuffer output() {
    ByteBuffer buffer = output;
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(OUTPUT_BYTES);
      output = buffer;
    }
    return buffer.clear();
  }

  /**
   * Whether outgoing bytes are just being asked or told something. They may be somebody's code, and
   * the output buffer is theirs meanwhile: nothing else is written before that is over.
   */
  boolean isMoving() {
    return moving;
  }

  void setMoving(boolean moving) {
    this.moving = moving;
  }

  @Override
  public void run() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      runSafely(task);
    }
    WebSocketTransport next = dirty.getAndSet(null);
    while (next != null) {
      WebSocketTransport transport = next;
      next = transport.nextDirty;
      transport.nextDirty = null;
      flushSafely(transport);
    }
    scheduled.set(false);
    if (!tasks.isEmpty() || dirty.get() != null) {
      wake();
    }
  }

  private void wake() {
    if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
      try {
        thread.execute(this);
      } catch (RejectedExecutionException e) {
        stopped = true;
        tasks.clear();
        dirty.set(null);
        log.trace("tasks dropped, I/O has stopped");
      }
    }
  }

  private static void flushSafely(WebSocketTransport transport) {
    try {
      transport.flushDirty();
    } catch (RuntimeException | Error e) {
      log.error("flushing on an I/O thread failed", e);
    }
  }

  private static void runSafely(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("task on an I/O thread failed", e);
    }
  }
}
