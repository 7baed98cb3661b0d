// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.inbox;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Messages kept for identities. Thread-safe, never blocks; futures complete on handler threads.
 *
 * <p>What is kept for an identity waits in its inbox, whether or not it is connected, and also if
 * it never was: in order, numbered, for as long as {@link InboxOptions} say. Its clients open the
 * inbox, get what waits and what comes, and acknowledge what they have handled; on whatever node.
 * <b>It reaches those alone who open the inbox</b>: it is not pushed as well. Clients of {@code
 * mesh.v1} can, older ones have no inbox.
 *
 * <p>Futures fail with {@code ETOOLARGE} when name and payload take more than 256 KiB as JSON (or a
 * quarter of the outbox, where that is less), and with {@code EUNAVAILABLE} when the cluster cannot
 * be asked; then nobody knows whether the message is kept, and it can be kept again under an id.
 */
public interface Inboxes {
  /**
   * Keeps a message.
   *
   * @param identityId as authentication tells it
   * @param name as of a push: at most 255 bytes of UTF-8, not one of the protocol's
   * @param payload any value Jackson can write
   * @return completes with its place; what one node keeps for an identity is in the order of calls
   * @throws IllegalArgumentException when the identity is empty or the name is not allowed
   */
  CompletableFuture<InboxPosition> keep(String identityId, String name, @Nullable Object payload);

  /**
   * As {@link #keep(String, String, Object)}, once under an id: within 60 s and 4,096 messages with
   * ids of the same identity a repeat is not kept again, and tells the place of the first.
   *
   * @param id 1 to 200 characters
   */
  CompletableFuture<InboxPosition> keep(
      String identityId, String name, @Nullable Object payload, String id);
}
