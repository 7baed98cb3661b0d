// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

/** What of the work a worker holds may run at the same time. */
public enum Distribution {
  /** One piece for each client, in order. */
  PARTITION,
  /** Anything, in any order. */
  SHARED
}
