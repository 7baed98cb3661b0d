// SPDX-License-Identifier: Apache-2.0
package io.meshrt.core.protocol;

/**
 * Why a connection ends. Codes below 4000 are those of RFC 6455 section 7.4 and its registry; 4000
 * to 4499 are ours and invite the client to connect again, 4500 to 4999 are ours and do not.
 */
public enum CloseCode {
  NORMAL(1000),
  GOING_AWAY(1001),
  PROTOCOL_ERROR(1002),
  UNSUPPORTED_DATA(1003),
  /** Never on the wire: the close frame carried no code. */
  NO_STATUS(1005),
  /** Never on the wire: the connection ended without a close frame. */
  ABNORMAL(1006),
  INVALID_TEXT(1007),
  POLICY_VIOLATION(1008),
  MESSAGE_TOO_BIG(1009),
  INTERNAL_ERROR(1011),
  SERVICE_RESTART(1012),
  TRY_AGAIN_LATER(1013),
  /** The node shuts down. */
  SHUTDOWN(4001),
  /** The peer reads too slowly: its outbox was full or made no progress. */
  SLOW_CONSUMER(4008),
  /** Another connection took this one's place. */
  REPLACED(4009),
  /** No pong came in time. */
  NO_PONG(4010),
  /** The server lost the state of this connection. */
  STATE_LOST(4011),
  /** The peer kept sending faster than it may. */
  RATE_EXCEEDED(4029),
  /** The credentials expired or were revoked. */
  CREDENTIALS_EXPIRED(4501),
  FORBIDDEN(4503),
  LIMIT_EXCEEDED(4505),
  /** Client and server have no protocol version in common. */
  VERSION_MISMATCH(4526);

  private final int code;

  CloseCode(int code) {
    this.code = code;
  }

  /** The number in the close frame. */
  public int code() {
    return code;
  }

  /**
   * Whether a client that was closed with {@code code} should try again. Unknown codes outside our
   * ranges count as yes: a proxy may have closed the connection.
   */
  public static boolean invitesReconnect(int code) {
    if (code >= 4500 && code <= 4999) {
      return false;
    }
    return code != PROTOCOL_ERROR.code
        && code != UNSUPPORTED_DATA.code
        && code != INVALID_TEXT.code
        && code != POLICY_VIOLATION.code
        && code != MESSAGE_TOO_BIG.code;
  }
}
