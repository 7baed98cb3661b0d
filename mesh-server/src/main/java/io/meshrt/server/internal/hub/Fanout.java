// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers of one thing on this node, kept by the I/O threads of their sessions: each list
 * belongs to its thread, and what is for all costs one task per thread.
 */
public final class Fanout<S extends Subscriber> {
  /** Adds a subscriber, in place of another one of its session; done when it is in its list. */
  public CompletableFuture<Void> add(S subscriber) {
    throw new UnsupportedOperationException();
  }

  /** Removes a session's subscriber; tells it. Afterwards no action runs for it. */
  public CompletableFuture<@Nullable S> remove(Session session) {
    throw new UnsupportedOperationException();
  }

  /** Runs an action for all, on their threads, in the order of the calls of this method. */
  public void forEach(Consumer<? super S> action) {
    throw new UnsupportedOperationException();
  }

  /** How many there are. */
  public int size() {
    throw new UnsupportedOperationException();
  }
}
