// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import io.meshrt.client.Registration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listeners of one kind of event of the client itself. Thread-safe. A listener that is {@value
 * #MAX_WAITING} events behind misses further ones; a log line says so.
 *
 * @param <E> the event
 */
public final class EventListeners<E> {
  private static final Logger log = LoggerFactory.getLogger(EventListeners.class);
  private static final int MAX_WAITING = 1_024;

  private final Executor executor;
  private final List<Subscriber<E>> subscribers = new CopyOnWriteArrayList<>();

  /** Listeners that run on {@code executor}, each one serially. */
  public EventListeners(Executor executor) {
    this.executor = executor;
  }

  private record Subscriber<E>(
      Consumer<? super E> listener, SerialLane lane, AtomicBoolean behind) {}

  /** Adds a listener. */
  public Registration add(Consumer<? super E> listener) {
    Subscriber<E> subscriber =
        new Subscriber<>(
            listener,
            new SerialLane(executor, MAX_WAITING, Integer.MAX_VALUE),
            new AtomicBoolean());
    subscribers.add(subscriber);
    return () -> {
      subscribers.remove(subscriber);
      subscriber.lane().close();
    };
  }

  /** Tells all listeners. */
  public void tell(E event) {
    for (Subscriber<E> subscriber : subscribers) {
      boolean taken = subscriber.lane().offer(() -> subscriber.listener().accept(event), 0);
      boolean wasBehind = subscriber.behind().getAndSet(!taken);
      if (!taken && !wasBehind) {
        log.warn("a listener is {} events behind and misses some", MAX_WAITING);
      }
    }
  }
}
