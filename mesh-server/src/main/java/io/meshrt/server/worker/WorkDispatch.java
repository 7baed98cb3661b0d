// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.outpost.Outpost;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher of a worker, made when somebody asks for it: most workers only answer. Its futures
 * complete on threads of their own, for all those of the worker may run handlers that wait for
 * them. Closed once, then shut down. Thread-safe.
 */
final class WorkDispatch {
  private final Outpost outpost;
  private final InboxOptions inbox;

  /** Held while it is made or closed: there is one, and none after the end. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile @Nullable MeshDispatcher made;
  private @Nullable HandlerThreads threads;
  private boolean closed;

  WorkDispatch(Outpost outpost, InboxOptions inbox) {
    this.outpost = outpost;
    this.inbox = inbox;
  }

  /**
   * The one dispatcher.
   *
   * @throws CommandException {@code EUNAVAILABLE} when it was not made before the worker was closed
   */
  MeshDispatcher dispatcher() {
    MeshDispatcher known = made;
    return known == null ? make() : known;
  }

  private MeshDispatcher make() {
    lock.lock();
    try {
      MeshDispatcher known = made;
      if (known != null) {
        return known;
      }
      if (closed) {
        throw CommandException.unavailable("The worker is closed.");
      }
      HandlerThreads own = HandlerThreads.start();
      threads = own;
      MeshDispatcher mine = MeshDispatcher.sharing(outpost, own, inbox);
      made = mine;
      return mine;
    } finally {
      lock.unlock();
    }
  }

  void close(Duration timeout) {
    MeshDispatcher last;
    lock.lock();
    try {
      closed = true;
      last = made;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close(timeout);
    }
  }

  /** Ends its threads, once the outpost has ended what is under way. Blocks until they have. */
  void shutdown(Duration timeout) {
    HandlerThreads last;
    lock.lock();
    try {
      closed = true;
      last = threads;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.shutdown(timeout);
    }
  }
}
