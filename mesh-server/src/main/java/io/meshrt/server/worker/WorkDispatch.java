// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.server.internal.outpost.Outpost;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher of a worker, made when somebody asks for it: most workers only answer. Closed
 * once. Thread-safe.
 */
final class WorkDispatch {
  private final Outpost outpost;

  // Guarded by this.
  private @Nullable MeshDispatcher made;
  private boolean closed;

  WorkDispatch(Outpost outpost) {
    this.outpost = outpost;
  }

  /**
   * The one dispatcher.
   *
   * @throws CommandException {@code EUNAVAILABLE} when the worker is closed
   */
  synchronized MeshDispatcher dispatcher() {
    if (made == null) {
      if (closed) {
        throw CommandException.unavailable("The worker is closed.");
      }
      made = MeshDispatcher.sharing(outpost);
    }
    return made;
  }

  void close(Duration timeout) {
    MeshDispatcher last;
    synchronized (this) {
      closed = true;
      last = made;
    }
    if (last != null) {
      last.close(timeout);
    }
  }
}
