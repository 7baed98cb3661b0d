// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/**
 * Hears a topic. Calls come one after the other, on threads of the cluster; they never block and
 * never run application code. After the registration is closed at most one call under way ends.
 */
public interface TopicListener {
  /** A publication. Positions grow within an epoch and none comes twice. */
  void onPublication(Publication publication);

  /**
   * Something may be missing between {@code lastHeard} and what comes next.
   *
   * @param lastHeard the last position heard; {@link Position#NONE} if the topic is not numbered or
   *     nothing was heard
   * @param head the newest position known, perhaps of a new epoch; what lies between the two may
   *     still be in the history, and may also still arrive
   */
  void onGap(Position lastHeard, Position head);
}
