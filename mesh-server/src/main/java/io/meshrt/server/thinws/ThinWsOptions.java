// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.thinws;

import java.util.Optional;

/**
 * How the endpoint for ThinWS's clients behaves. Immutable.
 *
 * @param resolver says who has a connectionID; without one every client is believed
 */
public record ThinWsOptions(Optional<ThinWsResolver> resolver) {
  private static final ThinWsOptions DEFAULTS = new ThinWsOptions(Optional.empty());

  /** Every client is believed: it has the rooms remembered for whatever connectionID it sends. */
  public static ThinWsOptions defaults() {
    return DEFAULTS;
  }

  /** The same, asking {@code resolver}. */
  public ThinWsOptions withResolver(ThinWsResolver asked) {
    return new ThinWsOptions(Optional.of(asked));
  }
}
