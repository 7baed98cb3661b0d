// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

/**
 * Generations of older JavaScript clients that wait for the id of their connection before they
 * report themselves connected. Those without a prefix do not wait and need no announcement.
 */
public enum LegacyGeneration {
  /** {@code @prsm/mesh} and {@code mesh-kit} clients with prefixed built-ins. */
  MESH,
  /** {@code @prsm/realtime} clients. */
  REALTIME
}
