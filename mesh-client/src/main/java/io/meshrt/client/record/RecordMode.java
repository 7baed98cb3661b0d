// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

/** How a record is followed. Older versions of it may be skipped in both. */
public enum RecordMode {
  /** The listener gets each value. */
  FULL,
  /** The listener gets each value and the patch that led to it; patches travel. */
  PATCH
}
