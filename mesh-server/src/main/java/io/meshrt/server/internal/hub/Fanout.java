// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.transport.IoLoop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Subscribers of one thing on this node, kept by the I/O threads of their sessions: each list
 * belongs to its thread, and what is for all costs one task per thread.
 *
 * <p>Thread-safe. Changes and actions reach a thread in the order of the calls. Once I/O has
 * stopped nothing happens any more, and futures do not complete.
 */
public final class Fanout<S extends Subscriber> {
  /** By thread; one that ever had a subscriber keeps its list. */
  private final Map<IoLoop, Map<Session, S>> lists = new ConcurrentHashMap<>(4);

  private final AtomicInteger size = new AtomicInteger();

  /** Adds a subscriber, in place of another one of its session; done when it is in its list. */
  public CompletableFuture<Void> add(S subscriber) {
    return put(subscriber).thenAccept(before -> {});
  }

  /** As {@link #add}; tells whose place it took. */
  CompletableFuture<@Nullable S> put(S subscriber) {
    Session session = subscriber.session();
    Map<Session, S> list = lists.computeIfAbsent(session.loop(), loop -> new LinkedHashMap<>(4));
    CompletableFuture<@Nullable S> added = new CompletableFuture<>();
    session
        .loop()
        .execute(
            () -> {
              S before = list.put(session, subscriber);
              if (before == null) {
                size.incrementAndGet();
              }
              added.complete(before);
            });
    return added;
  }

  /** Removes a session's subscriber; tells it. Afterwards no action runs for it. */
  public CompletableFuture<@Nullable S> remove(Session session) {
    Map<Session, S> list = lists.get(session.loop());
    if (list == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<@Nullable S> removed = new CompletableFuture<>();
    session
        .loop()
        .execute(
            () -> {
              S subscriber = list.remove(session);
              if (subscriber != null) {
                size.decrementAndGet();
              }
              removed.complete(subscriber);
            });
    return removed;
  }

  /**
   * Runs an action for all, on their threads, in the order of the calls of this method. The action
   * offers to the session and returns; it does not throw.
   */
  public void forEach(Consumer<? super S> action) {
    lists.forEach((loop, list) -> loop.execute(() -> list.values().forEach(action)));
  }

  /** How many there are. */
  public int size() {
    return size.get();
  }
}
