// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.transport.IoLoop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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
  private final Map<IoLoop, Map<Session, Entry<S>>> lists = new ConcurrentHashMap<>(4);

  private final AtomicInteger size = new AtomicInteger();

  /** Numbers the actions, so that none reaches who was added after it. */
  private final AtomicLong actions = new AtomicLong();

  /**
   * A subscriber in its list.
   *
   * @param after number of the last action that is not for it
   */
  private record Entry<S>(S subscriber, long after) {}

  /** Adds a subscriber, in place of another one of its session; done when it is in its list. */
  public CompletableFuture<Void> add(S subscriber) {
    return put(subscriber).thenAccept(before -> {});
  }

  /** As {@link #add}; tells whose place it took. */
  CompletableFuture<@Nullable S> put(S subscriber) {
    Session session = subscriber.session();
    Map<Session, Entry<S>> list =
        lists.computeIfAbsent(session.loop(), loop -> new LinkedHashMap<>(4));
    long after = actions.get();
    CompletableFuture<@Nullable S> added = new CompletableFuture<>();
    session
        .loop()
        .execute(
            () -> {
              Entry<S> before = list.get(session);
              // Who takes a place gets what its predecessor would have got.
              long from = before == null ? after : before.after();
              list.put(session, new Entry<>(subscriber, from));
              if (before == null) {
                size.incrementAndGet();
              }
              added.complete(before == null ? null : before.subscriber());
            });
    return added;
  }

  /** Removes a session's subscriber; tells it. Afterwards no action runs for it. */
  public CompletableFuture<@Nullable S> remove(Session session) {
    Map<Session, Entry<S>> list = lists.get(session.loop());
    if (list == null) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<@Nullable S> removed = new CompletableFuture<>();
    session
        .loop()
        .execute(
            () -> {
              Entry<S> entry = list.remove(session);
              if (entry != null) {
                size.decrementAndGet();
              }
              removed.complete(entry == null ? null : entry.subscriber());
            });
    return removed;
  }

  /**
   * Runs an action for all that were added before, on their threads, in the order of the calls of
   * this method. The action offers to the session and returns; it does not throw.
   */
  public void forEach(Consumer<? super S> action) {
    long number = actions.incrementAndGet();
    lists.forEach((loop, list) -> loop.execute(() -> run(list, number, action)));
  }

  private static <S> void run(
      Map<Session, Entry<S>> list, long number, Consumer<? super S> action) {
    for (Entry<S> entry : list.values()) {
      if (entry.after() < number) {
        action.accept(entry.subscriber());
      }
    }
  }

  /** How many there are. */
  public int size() {
    return size.get();
  }
}
