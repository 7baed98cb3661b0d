// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a topic says into what its subscribers are given: once per node, so that what is
 * costly is done once. Called on threads of the cluster, in order; never blocks.
 */
public interface TopicReader<S extends Subscriber> {
  /**
   * What to do for each subscriber, on the I/O thread of its session; null for nothing.
   *
   * <p>The action must not keep the subscriber's turn: it offers to the session and returns.
   */
  @Nullable Consumer<? super S> read(Publication publication);

  /** As {@link #read}, for a hole in what was heard. */
  @Nullable Consumer<? super S> gap(Position lastHeard, Position head);
}
