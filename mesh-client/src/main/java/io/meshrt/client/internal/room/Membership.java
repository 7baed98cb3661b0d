// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.room;

/**
 * The application's wish to be in one room, from its first join until it leaves; a later join is
 * another one. Owned by the state thread.
 */
final class Membership {
  final String room;
  private int joining;
  private boolean joined;
  private boolean ended;

  Membership(String room) {
    this.room = room;
  }

  void onJoining() {
    joining++;
  }

  /** An answer came; whether the room is joined from now on and was not before. */
  boolean onJoined() {
    joining--;
    boolean first = !joined && !ended;
    joined |= first;
    return first;
  }

  /** A join failed; whether nothing is left to hope for. */
  boolean onJoinFailed() {
    joining--;
    return !joined && joining == 0;
  }

  /** The server will not have it any more; whether nothing is left to hope for. */
  boolean onRefused() {
    joined = false;
    return joining == 0;
  }

  /** The application left. */
  void end() {
    ended = true;
    joined = false;
  }

  /** Whether it belongs on a new connection. */
  boolean joined() {
    return joined;
  }
}
