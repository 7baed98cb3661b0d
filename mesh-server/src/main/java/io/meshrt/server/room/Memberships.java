// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.room;

import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Memberships of identities, which need not be connected. Connections of the identity that are
 * there join and leave soon after, on all nodes; those that come later are members from the
 * beginning. Thread-safe, never blocks.
 *
 * <p>A name is at most 255 bytes of UTF-8 without control characters, else {@link
 * IllegalArgumentException}. Futures fail with {@code EUNAVAILABLE} when the cluster cannot be
 * asked; a change may then have happened or not, and may be repeated.
 */
public interface Memberships {
  /**
   * Makes an identity a member, until it is removed, leaves, a guard refuses it or it expires.
   *
   * @return whether it was not one before; fails with {@code ELIMIT} when it has too many rooms
   */
  CompletableFuture<Boolean> addMember(String room, String identity);

  /** Ends a membership that is remembered; tells whether there was one. */
  CompletableFuture<Boolean> removeMember(String room, String identity);

  /** The rooms that are remembered for an identity. */
  CompletableFuture<Set<String>> roomsOfIdentity(String identity);
}
