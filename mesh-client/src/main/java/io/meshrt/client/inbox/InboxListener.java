// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.inbox;

/**
 * Hears an inbox. Runs on the client's callback executor, one call after the other: each message
 * once, in order, or a gap in its place.
 *
 * <p>A message counts as handled when {@link #onMessage} has returned, or thrown; the client then
 * acknowledges it, with others, a moment later. Whoever ends without a {@code close} in that moment
 * is given it again the next time: what must not be done twice goes by {@link
 * InboxMessage#position()}.
 */
@FunctionalInterface
public interface InboxListener {
  /** Takes a message. What this throws is reported to the error listeners. */
  void onMessage(InboxMessage message) throws Exception;

  /**
   * After a reconnect nothing was missed: what came meanwhile has been given as messages.
   *
   * @param messages how many these were
   */
  default void onRecovered(long messages) throws Exception {}

  /** Messages are missing in this place; what they told about ought to be read again. */
  default void onGap(InboxGap gap) throws Exception {}

  /**
   * Nothing more will come: after a reconnect the server refused. Not called when the application
   * closed the subscription.
   */
  default void onEnded() throws Exception {}
}
