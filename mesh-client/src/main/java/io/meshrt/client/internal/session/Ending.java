// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ConnectionFailedException;
import io.meshrt.core.protocol.CloseCode;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Why there is no connection (any more).
 *
 * @param httpStatus the answer that refused the upgrade; 0 when none did
 * @param closeCode how an open connection ended; 0 when none had been open
 */
record Ending(int httpStatus, int closeCode, String reason, @Nullable Throwable cause) {
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  /** The server asked this client to leave it, and it did with nothing under way. */
  static final Ending MOVE = closed(CloseCode.SHUTDOWN, "the server goes away");

  private static final int MAX_REASON_CHARACTERS = 40; // of at most three bytes, in 123 bytes

  static Ending notOpened(String reason, @Nullable Throwable cause) {
    return new Ending(0, 0, reason, cause);
  }

  static Ending closed(CloseCode code, String reason) {
    return new Ending(0, code.code(), reason, null);
  }

  /** Whether trying again makes sense: not after a refusal that will be repeated. */
  boolean invitesReconnect() {
    return httpStatus != UNAUTHORIZED
        && httpStatus != FORBIDDEN
        && (closeCode == 0 || CloseCode.invitesReconnect(closeCode));
  }

  /** Whether the server said that the credentials of the connection are not good any more. */
  boolean isOfCredentials() {
    return closeCode == CloseCode.CREDENTIALS_EXPIRED.code();
  }

  /** For a Close frame, which has no room for more. */
  String shortReason() {
    return reason.length() <= MAX_REASON_CHARACTERS
        ? reason
        : reason.substring(0, MAX_REASON_CHARACTERS);
  }

  OptionalInt optionalCloseCode() {
    return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
  }

  ConnectionFailedException toException() {
    StringBuilder message = new StringBuilder("No connection");
    if (httpStatus != 0) {
      message.append(": refused with HTTP status ").append(httpStatus);
    } else if (closeCode != 0) {
      message.append(": closed with ").append(closeCode);
    }
    if (!reason.isEmpty()) {
      message.append(": ").append(reason);
    }
    return new ConnectionFailedException(message.toString(), httpStatus, closeCode, cause);
  }
}
