// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.util.Collection;

/** How large a collection may be. */
final class Sizes {
  private final CollectionLimits limits;
  private final ServerMetrics metrics;

  Sizes(CollectionLimits limits, ServerMetrics metrics) {
    this.limits = limits;
    this.metrics = metrics;
  }

  /** Throws {@code ELIMIT} for more records than there may be. */
  void check(int members) {
    if (members > limits.maxMembers()) {
      throw tooLarge();
    }
  }

  /** The same for records that have been read. */
  void check(Collection<Member> members) {
    check(members.size());
    long bytes = members.stream().mapToLong(member -> member.json().length()).sum();
    if (bytes > limits.maxBytes()) {
      throw tooLarge();
    }
  }

  private CommandException tooLarge() {
    metrics.limitHit(Limit.COLLECTION_SIZE);
    return new CommandException(ErrorCode.LIMIT, "The collection is too large.");
  }
}
