// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that sessions have shown and that are looked for, or could not be: until one is found or
 * found not to be there, its session is given no other, which would take its place for good.
 * Thread-safe.
 */
final class Lookups {
  private final ConcurrentMap<Session, CompletableFuture<?>> open = new ConcurrentHashMap<>();

  /** Takes what was read for a session, when it comes; fails as the reading does. */
  <F, T> CompletableFuture<T> of(
      Session session, CompletableFuture<F> reading, Function<F, T> taking) {
    CompletableFuture<T> lookup = new CompletableFuture<>();
    open.put(session, lookup);
    if (!session.isOpen()) {
      open.remove(session, lookup); // its end may have been told before
    }
    CompletableFuture<?> unused =
        reading
            .thenApply(taking)
            .whenComplete(
                (taken, failure) -> {
                  if (failure == null) {
                    open.remove(session, lookup);
                    lookup.complete(taken);
                  } else {
                    lookup.completeExceptionally(failure);
                  }
                });
    return lookup;
  }

  /** That of a session which is under way or has failed; null when none is. */
  @Nullable CompletableFuture<?> of(Session session) {
    return open.get(session);
  }

  /** The session has closed. */
  void forget(Session session) {
    open.remove(session);
  }
}
