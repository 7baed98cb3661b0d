// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicListener;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Topics with subscribers on this node. The first subscriber of a topic makes the node listen; it
 * stops some time after the last one went. Thread-safe, never blocks; calls for one topic and
 * session must not overlap.
 */
public final class Hub<S extends Subscriber> {
  private final Topics topics;
  private final Scheduler scheduler;
  private final Duration linger;
  private final BiFunction<Topic, Fanout<S>, ? extends TopicListener> readers;
  private final ConcurrentMap<Topic, Interest<S>> interests = new ConcurrentHashMap<>();

  /**
   * Nobody subscribes yet.
   *
   * @param linger how long the node goes on listening to a topic without subscribers
   * @param readers makes what turns a topic's publications into actions for its subscribers: once
   *     per node, so that what is costly is done once
   */
  public Hub(
      Topics topics,
      Scheduler scheduler,
      Duration linger,
      BiFunction<Topic, Fanout<S>, ? extends TopicListener> readers) {
    this.topics = topics;
    this.scheduler = scheduler;
    this.linger = linger;
    this.readers = readers;
  }

  /**
   * Adds a subscriber, in place of another one of its session. Once done, every publication
   * accepted from then on reaches it, or a gap is told. When it fails nothing was added.
   */
  public CompletableFuture<@Nullable Void> subscribe(Topic topic, S subscriber) {
    Interest<S> interest = take(topic);
    return interest
        .listen(topics, readers)
        .thenCompose(listening -> interest.fanout().put(subscriber))
        .handle(
            (replaced, failure) -> {
              if (failure != null) {
                interests.remove(topic, interest);
                throw failure instanceof CompletionException wrapped
                    ? wrapped
                    : new CompletionException(failure);
              }
              if (replaced != null) {
                release(interest); // two calls, one subscriber
              }
              return null;
            });
  }

  /**
   * Makes the node listen for somebody who will subscribe soon; once done, subscribing waits for
   * nothing. The result is run once, when it has subscribed or will not; never fails.
   */
  public CompletableFuture<Runnable> expect(Topic topic) {
    Interest<S> interest = take(topic);
    return interest
        .listen(topics, readers)
        .handle(
            (listening, failure) -> {
              if (failure != null) {
                interests.remove(topic, interest);
                return () -> {};
              }
              return () -> release(interest);
            });
  }

  /** Removes a session's subscriber; tells it, null if there was none. Nothing reaches it then. */
  public CompletableFuture<@Nullable S> unsubscribe(Topic topic, Session session) {
    Interest<S> interest = interests.get(topic);
    if (interest == null) {
      return CompletableFuture.completedFuture(null);
    }
    return interest
        .fanout()
        .remove(session)
        .thenApply(
            removed -> {
              if (removed != null) {
                release(interest);
              }
              return removed;
            });
  }

  /** How many topics the node listens to. */
  public int topics() {
    return interests.size();
  }

  private Interest<S> take(Topic topic) {
    while (true) {
      Interest<S> interest = interests.computeIfAbsent(topic, Interest::new);
      if (interest.take()) {
        return interest;
      }
      interests.remove(topic, interest);
    }
  }

  private void release(Interest<S> interest) {
    interest.release(() -> scheduler.schedule(() -> end(interest), linger));
  }

  private void end(Interest<S> interest) {
    if (interest.end()) {
      interests.remove(interest.topic(), interest);
      interest.unlisten();
    }
  }
}
