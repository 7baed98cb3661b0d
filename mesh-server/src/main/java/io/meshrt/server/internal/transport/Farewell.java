// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.core.internal.websocket.FrameEncoder;
import io.meshrt.server.internal.schedule.Scheduler.Timer;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends: what the listener will be told and what the peer is sent. Exists only
 * while a connection closes; belongs to the I/O thread.
 */
final class Farewell {
  final int code;
  final String reason;
  final boolean byPeer;
  final byte[] closeFrame;

  /**
   * Whether the socket stays open for the peer's close frame; else only until the peer has read.
   */
  final boolean awaitsAnswer;

  boolean answered;
  boolean peerStopped;
  @Nullable Timer timer;

  private Farewell(
      int code, String reason, boolean byPeer, byte[] closeFrame, boolean awaitsAnswer) {
    this.code = code;
    this.reason = reason;
    this.byPeer = byPeer;
    this.closeFrame = closeFrame;
    this.awaitsAnswer = awaitsAnswer;
  }

  /**
   * We close and the peer should agree.
   *
   * @throws IllegalArgumentException if the code must not be sent
   */
  static Farewell ours(int code, String reason) {
    return new Farewell(code, reason, false, FrameEncoder.close(code, reason), true);
  }

  /** We close, and what the peer sends cannot be understood any more. */
  static Farewell broken(int code, String reason) {
    return new Farewell(code, reason, false, FrameEncoder.close(code, reason), false);
  }

  /** The peer closed; the code goes back to it. */
  static Farewell peers(int code, String reason) {
    return new Farewell(code, reason, true, FrameEncoder.close(code, ""), false);
  }

  void cancelTimer() {
    if (timer != null) {
      timer.cancel();
      timer = null;
    }
  }
}
