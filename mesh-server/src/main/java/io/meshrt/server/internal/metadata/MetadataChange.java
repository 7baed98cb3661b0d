// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metadata;

/** How a value changes; the same in memory, on Redis, on every node. */
public enum MetadataChange {
  /** The new value takes the place of the old one. */
  SET,
  /** The keys of the new value are put over those of the old one. */
  UPDATE,
  /** As {@link #UPDATE}, going into objects that both have. */
  DEEP_MERGE,
  /** The value goes. */
  REMOVE
}
