// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.collection;

/**
 * How a listener is told of a collection.
 *
 * @param maxWaitingUpdates so many updates wait for the listener while it is busy; when there would
 *     be more, one takes the place of all
 */
public record CollectionOptions(int maxWaitingUpdates) {
  /** At least one waits. */
  public CollectionOptions {
    if (maxWaitingUpdates < 1) {
      throw new IllegalArgumentException("maxWaitingUpdates: " + maxWaitingUpdates);
    }
  }

  /** 16 updates may wait. */
  public static CollectionOptions defaults() {
    return new CollectionOptions(16);
  }

  /** With another bound; 1 gives a busy listener nothing but the newest. */
  public CollectionOptions withMaxWaitingUpdates(int maxWaitingUpdates) {
    return new CollectionOptions(maxWaitingUpdates);
  }
}
