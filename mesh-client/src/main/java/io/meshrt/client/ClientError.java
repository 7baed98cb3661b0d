// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import java.util.Optional;

/**
 * Something that went wrong and that no future reports. The connection lives on.
 *
 * @param kind what happened
 * @param subject what it happened to
 * @param name of the subject; empty when it has none
 * @param message what happened, for people
 * @param count how many messages were dropped; 0 for other kinds
 * @param cause the exception behind it, if there was one
 */
public record ClientError(
    Kind kind,
    Subject subject,
    String name,
    String message,
    long count,
    Optional<Throwable> cause) {

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
    CREDENTIALS_REFUSED,
    /**
     * After a reconnect a room, presence, channel, record, collection or metadata could not be put
     * back. The message says whether it will be tried again; otherwise the server refused, and the
     * client has forgotten it.
     */
    NOT_RESTORED,
    /**
     * The server lost messages between its nodes: pushes to the subject may have been missed. What
     * they were is not known; read again what they tell about.
     */
    GAP
  }

  /** What an error can happen to. */
  public enum Subject {
    /** The client or its connection. */
    CLIENT,
    /** The command or push of that name. */
    MESSAGE,
    /** The room of that name, as far as this connection is a member. */
    ROOM,
    /** The presence subscriptions of the room of that name. */
    PRESENCE,
    /** What this client published about itself in the room of that name. */
    PRESENCE_STATE,
    /** The metadata of this connection. */
    METADATA,
    /** The subscriptions of the channel of that name. */
    CHANNEL,
    /** The subscriptions of the record of that name. */
    RECORD,
    /** The subscriptions of the collection of that name. */
    COLLECTION,
    /** The identity of that name, which this connection has. */
    IDENTITY,
    /** All connections of the server. */
    EVERYONE
  }
}
