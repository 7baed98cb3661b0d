// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.internal.websocket;

/**
 * The peer broke a rule of RFC 6455 or the message limit; the connection is to be closed with
 * {@link #closeCode}.
 *
 * <p>The message is a short fixed sentence that names the rule and holds nothing of what was
 * received, so it may serve as the reason of the close frame. Remote parties cause these at will,
 * hence no stack trace is taken.
 */
public final class ProtocolViolation extends RuntimeException {
  private final int closeCode;

  private ProtocolViolation(int closeCode, String rule) {
    super(rule, null, false, false);
    this.closeCode = closeCode;
  }

  /** 1002, 1007 or 1009. */
  public int closeCode() {
    return closeCode;
  }

  static ProtocolViolation framing(String rule) {
    return new ProtocolViolation(CloseCodes.PROTOCOL_ERROR, rule);
  }

  static ProtocolViolation text(String rule) {
    return new ProtocolViolation(CloseCodes.INVALID_TEXT, rule);
  }

  static ProtocolViolation tooBig(String rule) {
    return new ProtocolViolation(CloseCodes.TOO_BIG, rule);
  }
}
