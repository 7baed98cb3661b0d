// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import java.util.Optional;

/**
 * Something that went wrong and that no future reports. The connection lives on.
 *
 * @param kind what happened
 * @param name the command or push it happened to; empty when it has none
 * @param message what happened, for people
 * @param count how many messages were dropped; 0 for other kinds
 * @param cause the exception behind it, if there was one
 */
public record ClientError(
    Kind kind, String name, String message, long count, Optional<Throwable> cause) {

  /** What can go wrong. */
  public enum Kind {
    /** The server could not make sense of a frame that this client sent. */
    PROTEST,
    /** A frame of the server made no sense and was ignored. */
    MALFORMED_FRAME,
    /** A listener threw, or a push did not fit the type it asked for. */
    LISTENER_FAILED,
    /** A listener was too slow: its queue was full, and messages for it were dropped. */
    MESSAGES_DROPPED,
    /** After a reconnect the server refused the credentials it had accepted before. */
    CREDENTIALS_REFUSED
  }
}
