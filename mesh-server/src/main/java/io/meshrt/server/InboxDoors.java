// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.inbox.Inboxes;

/** What a server offers for users who are away; {@link #inboxes()} has all of it. */
public sealed interface InboxDoors permits MeshServer {
  /** Messages that are kept for identities until their clients have handled them. */
  Inboxes inboxes();
}
