// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that reads and writes the sockets of one client, a daemon. It waits for sockets and
 * tasks and for nothing else. {@link #execute}, {@link #stop} and {@link #awaitEnd} are
 * thread-safe, everything else belongs to the thread itself.
 */
public final class IoThread {
  private static final Logger log = LoggerFactory.getLogger(IoThread.class);
  private static final int INPUT_BYTES = 32 * 1024; // more than one TLS record

  private final Selector selector;
  private final ByteBuffer input = ByteBuffer.allocate(INPUT_BYTES);
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Runnable> endOfTurn = new ArrayDeque<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile boolean stopped;

  private final Thread thread;

  private IoThread(Selector selector, String name) {
    this.selector = selector;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /** Starts a thread that bears {@code name}. */
  public static IoThread start(String name) throws IOException {
    IoThread io = new IoThread(Selector.open(), name);
    io.thread.start();
    return io;
  }

  /** Runs {@code task} after those given before; false after {@link #stop}. */
  public boolean execute(Runnable task) {
    if (stopped) {
      return false;
    }
    tasks.add(task);
    if (woken.compareAndSet(false, true)) {
      selector.wakeup();
    }
    return true;
  }

  /** Ends the thread at once, and with it all sockets, which are told nothing. */
  public void stop() {
    stopped = true;
    selector.wakeup();
  }

  /** Waits for the thread to end after {@link #stop}, unless it is that thread which asks. */
  public void awaitEnd(Duration timeout) throws InterruptedException {
    if (Thread.currentThread() != thread) {
      thread.join(timeout.toMillis());
    }
  }

  /** Whether it takes no tasks any more. */
  public boolean hasEnded() {
    return stopped;
  }

  /** Runs {@code task} when all that is to be done now is done. */
  void atEndOfTurn(Runnable task) {
    endOfTurn.add(task);
  }

  /** What is read goes here; free for everybody's use until the next read. */
  ByteBuffer input() {
    return input.clear();
  }

  /** Waits for what {@code link} is interested in. */
  SelectionKey register(SocketChannel channel, Link link) throws IOException {
    return channel.register(selector, 0, link);
  }

  private void run() {
    Throwable failure = null;
    try {
      while (!stopped) {
        selector.select(IoThread::onReady);
        woken.set(false);
        runTasks();
        runEndOfTurn();
      }
    } catch (IOException | RuntimeException | Error e) {
      log.error("the I/O thread of the client failed", e);
      failure = e;
    }
    end(failure);
  }

  private static void onReady(SelectionKey key) {
    ((Link) key.attachment()).onReady();
  }

  /** Runs those that are there; what they add waits for the sockets to have their turn. */
  private void runTasks() {
    ArrayDeque<Runnable> now = new ArrayDeque<>();
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      now.add(task);
    }
    now.forEach(IoThread::runGuarded);
  }

  private void runEndOfTurn() {
    for (Runnable task = endOfTurn.poll(); task != null; task = endOfTurn.poll()) {
      runGuarded(task);
    }
  }

  private static void runGuarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("a task of the client failed", e);
    }
  }

  private void end(@Nullable Throwable failure) {
    stopped = true;
    for (SelectionKey key : selector.keys()) {
      Link link = (Link) key.attachment();
      if (failure == null) {
        link.close();
      } else {
        link.fail(failure);
      }
    }
    try {
      selector.close();
    } catch (IOException e) {
      log.warn("the selector did not close", e);
    }
    tasks.clear();
  }
}
