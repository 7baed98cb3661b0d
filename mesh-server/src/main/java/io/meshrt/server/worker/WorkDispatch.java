// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.internal.outpost.Outpost;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher of a worker, made when somebody asks for it: most workers only answer. Closed
 * once. Thread-safe.
 */
final class WorkDispatch {
  private final Outpost outpost;
  private final AtomicReference<@Nullable MeshDispatcher> made = new AtomicReference<>();
  private volatile boolean closed;

  WorkDispatch(Outpost outpost) {
    this.outpost = outpost;
  }

  /**
   * The one dispatcher.
   *
   * @throws CommandException {@code EUNAVAILABLE} when it was not made before the worker was closed
   */
  MeshDispatcher dispatcher() {
    MeshDispatcher known = made.get();
    if (known != null) {
      return known;
    }
    if (closed) {
      throw CommandException.unavailable("The worker is closed.");
    }
    MeshDispatcher mine = MeshDispatcher.sharing(outpost);
    MeshDispatcher other = made.compareAndExchange(null, mine);
    if (other == null) {
      return mine;
    }
    mine.close(Duration.ZERO); // nobody has used it
    return other;
  }

  void close(Duration timeout) {
    closed = true;
    MeshDispatcher last = made.get();
    if (last != null) {
      last.close(timeout);
    }
  }
}
