// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.concurrent.CompletableFuture;

/**
 * Publications to whoever listens, on any node. Thread-safe, never blocks; futures complete on
 * threads of the cluster and fail with {@code EUNAVAILABLE} when the cluster cannot be asked.
 */
public interface Topics {
  /**
   * Begins to listen. Once the future has completed, every publication accepted from then on
   * reaches the listener or a gap is announced. Each call is a registration of its own; a node asks
   * the cluster once per topic.
   */
  CompletableFuture<Registration> listen(Topic topic, TopicListener listener);

  /**
   * Publishes. Order is that of acceptance, the same for all listeners; what one node publishes on
   * a topic is accepted in the order of the calls, waited for or not. The future tells the
   * position, of the first acceptance if the id was seen before; it may complete before or after
   * the publisher's own listeners hear the publication. When it fails the outcome is unknown.
   */
  CompletableFuture<Position> publish(Topic topic, Outgoing message);

  /** Reads history. */
  CompletableFuture<History> read(Topic topic, HistoryQuery query);
}
