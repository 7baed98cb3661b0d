// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.internal.work.WorkEntry;

/**
 * One delivery of one command.
 *
 * @param deliveryCount 1 for the first one
 * @param json reads its payload
 */
public record Delivery(WorkEntry entry, int deliveryCount, JsonValues json) {
  /** Names the command, whichever delivery it is. */
  public String messageId() {
    return entry.id();
  }
}
