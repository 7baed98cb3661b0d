// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.presence;

import java.time.Duration;
import java.util.Optional;

/**
 * How a state is published.
 *
 * @param expireAfter when the server removes it again; empty for never
 * @param silent whether the subscribers are not told; they see it in the next snapshot
 */
public record StateOptions(Optional<Duration> expireAfter, boolean silent) {
  /** A time to live is at least one millisecond. */
  public StateOptions {
    if (expireAfter.isPresent() && expireAfter.get().toMillis() < 1) {
      throw new IllegalArgumentException("expireAfter: " + expireAfter.get());
    }
  }

  /** Until it is replaced or cleared, or the connection leaves; subscribers are told. */
  public static StateOptions defaults() {
    return new StateOptions(Optional.empty(), false);
  }

  /** The same options with a time to live. */
  public StateOptions withExpireAfter(Duration expireAfter) {
    return new StateOptions(Optional.of(expireAfter), silent);
  }

  /** The same options, telling nobody or everybody. */
  public StateOptions withSilent(boolean silent) {
    return new StateOptions(expireAfter, silent);
  }
}
