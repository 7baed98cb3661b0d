// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

/** The close codes that RFC 6455 itself gives a meaning to, and which codes a frame may carry. */
public final class CloseCodes {

  /** The peer broke the framing rules. */
  public static final int PROTOCOL_ERROR = 1002;

  /** Stands for a close frame without a code; never written into a frame. */
  public static final int NO_CODE = 1005;

  /** Text that is not UTF-8. */
  public static final int INVALID_TEXT = 1007;

  /** A message longer than the receiver accepts. */
  public static final int TOO_BIG = 1009;

  private CloseCodes() {}

  /**
   * Whether a close frame may carry this code: the codes that are registered for use on the wire,
   * and the ranges for libraries and applications (3000 to 4999).
   */
  public static boolean isValidOnWire(int code) {
    return (code >= 1000 && code <= 1003)
        || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
  }
}
