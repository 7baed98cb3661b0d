// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.presence;

/**
 * Told who is present in a room. Runs on the client's callback executor, one event after the other.
 * A listener that falls behind by more than {@code maxQueuedMessages} or {@code
 * maxQueuedMessageBytes} of the client's limits is not told the single changes but gets a new
 * snapshot.
 */
@FunctionalInterface
public interface PresenceListener {
  /**
   * Takes one event.
   *
   * @throws Exception is reported to the error listeners; the next event is told all the same
   */
  void onPresence(PresenceEvent event) throws Exception;
}
