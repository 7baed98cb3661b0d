// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.client.inbox.InboxSubscription;
import java.util.concurrent.CompletableFuture;

/** What a client offers for messages that were kept for its identity. */
public sealed interface InboxDoors permits MeshClient {
  /** As {@link #inbox(InboxListener, InboxOptions)}, with the defaults. */
  default CompletableFuture<InboxSubscription> inbox(InboxListener listener) {
    return inbox(listener, InboxOptions.defaults());
  }

  /**
   * Opens the inbox of this client's identity: the listener is given what waits and then what
   * comes, each once and in order, also across reconnects to whatever node.
   *
   * @return completes when the server accepted, with no order between that and the first message;
   *     cancelling it closes the inbox again. Fails as those of {@link MeshClient#command(String,
   *     Object, Class)} do, with {@code EUNAUTHORIZED} when the connection has no identity, with
   *     {@code ECONFLICT} when this client's inbox is open already, with {@code EACCESS} or {@code
   *     ENOTFOUND} where the server knows no inboxes, and with {@code ELIMIT} for a device too many
   *     of the identity
   */
  CompletableFuture<InboxSubscription> inbox(InboxListener listener, InboxOptions options);
}
