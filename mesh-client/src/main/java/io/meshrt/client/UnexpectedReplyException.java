// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

/** The command succeeded, but its result does not fit the type the caller asked for. */
public final class UnexpectedReplyException extends RuntimeException {
  /** A mismatch; the message names the command and the field. */
  public UnexpectedReplyException(String message, Throwable cause) {
    super(message, cause);
  }
}
