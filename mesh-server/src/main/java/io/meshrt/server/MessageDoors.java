// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.hook.Hooks;
import io.meshrt.server.identity.Identities;
import io.meshrt.server.message.OutgoingMessage;
import org.jspecify.annotations.Nullable;

/** What a server offers for identities, for messages to whoever is meant, and for observers. */
public sealed interface MessageDoors permits MeshServer {
  /** Who is online. */
  Identities identities();

  /**
   * A message to identities, connections, a room or everyone, to be sent.
   *
   * @param name name the clients listen to
   * @param payload any value Jackson can write, read now; null is JSON null
   * @throws IllegalArgumentException when the name is reserved, or the payload cannot be written or
   *     is too large for an outbox
   */
  OutgoingMessage message(String name, @Nullable Object payload);

  /** Tells an observer what happens on this node, of connections that open from now on. */
  Registration observe(Hooks hooks);
}
