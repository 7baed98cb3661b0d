// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.presence;

import java.util.List;

/** A listener to the presence of one room, until it is closed. Thread-safe. */
public interface PresenceSubscription extends AutoCloseable {
  /** Name of the room. */
  String room();

  /**
   * Who is present as far as the client knows, which may be ahead of what the listener has been
   * told. After the connection was lost or the subscription has ended, what was known last.
   */
  List<PresentMember> members();

  /**
   * Ends the subscription: nothing more is told, but a run under way may finish. Idempotent. The
   * server is told when it was the last one of the room.
   */
  @Override
  void close();
}
