// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.LeaseTerm;
import java.util.function.LongSupplier;

/**
 * Whether this node gets to know of revocations: while others may have counted it as gone they did
 * not wait for it. Thread-safe.
 */
final class Terms {
  private final LongSupplier term;

  /**
   * Of one node.
   *
   * @param term as {@code Cluster#term}
   */
  Terms(LongSupplier term) {
    this.term = term;
  }

  long now() {
    return term.getAsLong();
  }

  /** Fails with {@code EUNAVAILABLE} if a revocation can have been missed since then. */
  void requireUnbroken(long since) {
    if (LeaseTerm.isLapsed(since) || now() != since) {
      throw CommandException.unavailable("The cluster could not be reached.");
    }
  }
}
