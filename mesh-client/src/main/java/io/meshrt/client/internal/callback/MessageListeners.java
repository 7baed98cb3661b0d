// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import io.meshrt.client.ClientError;
import io.meshrt.client.Registration;
import io.meshrt.core.codec.RawJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The application's listeners for pushes, by name and for all. Adding and removing is thread-safe;
 * {@link #deliver} belongs to the state thread.
 *
 * <p>Each listener has a lane of its own. When it is full, messages for that listener are dropped
 * and reported: the first one at once, the others with their number as soon as one is taken again.
 */
public final class MessageListeners {
  private final Executor executor;
  private final ErrorReports errors;
  private final int maxMessages;
  private final int maxBytes;
  private final Map<String, List<Subscriber>> byName = new ConcurrentHashMap<>();
  private final List<Subscriber> all = new CopyOnWriteArrayList<>();

  /** Takes one push, decoded as the listener wants it. */
  @FunctionalInterface
  public interface Receiver {
    /** Runs on the callback executor. */
    void receive(String name, RawJson payload) throws Exception;
  }

  private static final class Subscriber {
    final Receiver receiver;
    final SerialLane lane;
    long dropped; // state thread

    Subscriber(Receiver receiver, SerialLane lane) {
      this.receiver = receiver;
      this.lane = lane;
    }
  }

  /** Listeners whose lanes hold at most so many messages and bytes. */
  public MessageListeners(Executor executor, ErrorReports errors, int maxMessages, int maxBytes) {
    this.executor = executor;
    this.errors = errors;
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Adds a listener for one name. */
  public Registration add(String name, Receiver receiver) {
    Subscriber subscriber = subscriber(receiver);
    byName.compute(
        name,
        (key, present) -> {
          List<Subscriber> grown = present == null ? new ArrayList<>() : new ArrayList<>(present);
          grown.add(subscriber);
          return List.copyOf(grown);
        });
    return () -> {
      byName.computeIfPresent(name, (key, present) -> without(present, subscriber));
      subscriber.lane.close();
    };
  }

  /** Adds a listener for all names. */
  public Registration addForAll(Receiver receiver) {
    Subscriber subscriber = subscriber(receiver);
    all.add(subscriber);
    return () -> {
      all.remove(subscriber);
      subscriber.lane.close();
    };
  }

  /** Passes a push on. */
  public void deliver(String name, RawJson payload) {
    for (Subscriber subscriber : byName.getOrDefault(name, List.of())) {
      deliver(subscriber, name, payload);
    }
    for (Subscriber subscriber : all) {
      deliver(subscriber, name, payload);
    }
  }

  private void deliver(Subscriber subscriber, String name, RawJson payload) {
    boolean taken =
        subscriber.lane.offer(() -> receive(subscriber.receiver, name, payload), payload.length());
    if (!taken) {
      subscriber.dropped++;
      if (subscriber.dropped == 1) {
        errors.reportDropped(name, 1);
      }
    } else if (subscriber.dropped > 0) {
      if (subscriber.dropped > 1) {
        errors.reportDropped(name, subscriber.dropped - 1);
      }
      subscriber.dropped = 0;
    }
  }

  private void receive(Receiver receiver, String name, RawJson payload) {
    try {
      receiver.receive(name, payload);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      errors.reportListener(ClientError.Subject.MESSAGE, name, e);
    }
  }

  private Subscriber subscriber(Receiver receiver) {
    return new Subscriber(receiver, new SerialLane(executor, maxMessages, maxBytes));
  }

  private static @Nullable List<Subscriber> without(List<Subscriber> present, Subscriber leaving) {
    List<Subscriber> rest = present.stream().filter(s -> s != leaving).toList();
    return rest.isEmpty() ? null : rest;
  }
}
