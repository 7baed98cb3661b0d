// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries pushes and closes of the application to rooms, identities, connections and everyone. A
 * frame is encoded once, by the publishing node. Thread-safe, never blocks.
 */
public final class Pushes implements SessionListener {
  /** A push in its frame; the same for all dialects. */
  public byte[] encode(String name, @Nullable Object payload) {
    throw new UnsupportedOperationException();
  }

  /** To the members of a room but some. */
  public CompletableFuture<Void> toRoom(String room, byte[] frame, Set<String> except) {
    throw new UnsupportedOperationException();
  }

  /** To the connections of an identity but some. */
  public CompletableFuture<Void> toIdentity(String identity, byte[] frame, Set<String> except) {
    throw new UnsupportedOperationException();
  }

  /** To everyone but some. */
  public CompletableFuture<Void> toEveryone(byte[] frame, Set<String> except) {
    throw new UnsupportedOperationException();
  }

  /** To one connection; false if it is known not to be there. */
  public CompletableFuture<Boolean> toConnection(String id, byte[] frame) {
    throw new UnsupportedOperationException();
  }

  /** To some connections: one request for each node. */
  public CompletableFuture<Void> toConnections(Collection<String> ids, byte[] frame) {
    throw new UnsupportedOperationException();
  }

  /** Closes one connection; false if it is known not to be there. */
  public CompletableFuture<Boolean> closeConnection(String id, int code, String reason) {
    throw new UnsupportedOperationException();
  }

  /** Closes some connections: one request for each node. */
  public CompletableFuture<Void> closeConnections(Collection<String> ids, int code, String reason) {
    throw new UnsupportedOperationException();
  }

  /** Closes the connections of an identity. */
  public CompletableFuture<Void> closeIdentity(String identity, int code, String reason) {
    throw new UnsupportedOperationException();
  }

  /** Makes a session hear a room, before it becomes a member. */
  public CompletableFuture<Void> enterRoom(Session session, String room) {
    throw new UnsupportedOperationException();
  }

  /** Makes a session hear a room no more. */
  public void exitRoom(Session session, String room) {
    throw new UnsupportedOperationException();
  }

  /** Tells all nodes with members in a room that some were removed behind their backs. */
  public CompletableFuture<Void> announceCleared(String room) {
    throw new UnsupportedOperationException();
  }

  /** Says who is told of such an announcement; also after a gap. On threads of the cluster. */
  public void onCleared(Consumer<String> listener) {
    throw new UnsupportedOperationException();
  }
}
