// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.hook;

import java.util.Set;

/** A message that this server sent. Immutable, thread-safe. */
public interface SentMessage extends ObservedMessage {
  /** Who it is for. */
  enum Target {
    /** Identities, which {@link #ids} names. */
    IDENTITIES,
    /** Connections, which {@link #ids} names. */
    CONNECTIONS,
    /** A room, the one of {@link #ids}. */
    ROOM,
    /** Everyone, without ids. */
    EVERYONE
  }

  /** Id of the message, as in the receipt. */
  String id();

  /** Who it is for. */
  Target target();

  /** Names of the targets, without exceptions. */
  Set<String> ids();

  /** Whether it waits in the inboxes of its identities, and was not pushed. */
  default boolean kept() {
    return false;
  }
}
