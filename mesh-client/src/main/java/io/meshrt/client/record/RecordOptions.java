// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

/**
 * How a listener is told of a record.
 *
 * @param maxWaitingUpdates so many updates wait for the listener while it is busy; when there would
 *     be more, the newest takes the place of all
 */
public record RecordOptions(int maxWaitingUpdates) {
  /** At least one waits. */
  public RecordOptions {
    if (maxWaitingUpdates < 1) {
      throw new IllegalArgumentException("maxWaitingUpdates: " + maxWaitingUpdates);
    }
  }

  /** 16 updates may wait. */
  public static RecordOptions defaults() {
    return new RecordOptions(16);
  }

  /** With another bound; 1 gives a busy listener nothing but the newest. */
  public RecordOptions withMaxWaitingUpdates(int maxWaitingUpdates) {
    return new RecordOptions(maxWaitingUpdates);
  }
}
