// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

/**
 * The arithmetic of missed pongs (mesh-protocol 6): at each ping, the one before counts as missed
 * when no pong came since, unless the server itself did not read in the meantime. Owned by the
 * session's I/O thread.
 */
final class MissedPongs {
  private final int tolerated;
  private int missed;
  private boolean awaiting;
  private boolean excused;

  MissedPongs(int tolerated) {
    this.tolerated = tolerated;
  }

  /** It is time for a ping; false when the peer has missed one too many. */
  boolean onPingDue() {
    if (!awaiting) {
      missed = 0;
    } else if (!excused) {
      missed++;
    }
    return missed <= tolerated;
  }

  void onPingSent() {
    awaiting = true;
    excused = false;
  }

  void onPong() {
    awaiting = false;
  }

  /** The pong that is awaited may have come without being read. */
  void excuse() {
    excused = true;
  }

  /** How many pings in a row were not answered. */
  int missed() {
    return missed;
  }

  boolean isAwaiting() {
    return awaiting;
  }
}
