// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

/** What becomes of what was there when a record is written. */
public enum WriteStrategy {
  /** The new value takes its place. */
  REPLACE,
  /** If both are objects, their members are united, the new ones winning; else as replace. */
  MERGE,
  /** As merge, on every level where both are objects; arrays are replaced. */
  DEEP_MERGE
}
