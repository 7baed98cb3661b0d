// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Topics with subscribers on this node. The first subscriber of a topic makes the node listen; it
 * stops some time after the last one went. Thread-safe, never blocks.
 */
public final class Hub<S extends Subscriber> {
  /**
   * Nobody subscribes yet.
   *
   * @param linger how long the node goes on listening to a topic without subscribers
   * @param readers makes the reader of each topic
   */
  public Hub(
      Topics topics,
      Scheduler scheduler,
      Duration linger,
      Function<Topic, ? extends TopicReader<S>> readers) {}

  /**
   * Adds a subscriber, in place of another one of its session. Once done, every publication
   * accepted from then on reaches it, or a gap is told. When it fails nothing was added.
   */
  public CompletableFuture<Void> subscribe(Topic topic, S subscriber) {
    throw new UnsupportedOperationException();
  }

  /** Removes a session's subscriber; tells it, null if there was none. Nothing reaches it then. */
  public CompletableFuture<@Nullable S> unsubscribe(Topic topic, Session session) {
    throw new UnsupportedOperationException();
  }

  /** How many topics the node listens to. */
  public int topics() {
    throw new UnsupportedOperationException();
  }
}
