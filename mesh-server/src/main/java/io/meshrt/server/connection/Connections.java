// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this server, and through the cluster those of all its nodes. Thread-safe,
 * never blocks; what it returns may be out of date at once.
 *
 * <p>Pushes to one address (a connection, an identity, everyone) arrive in the order in which they
 * were accepted; between addresses there is no order. Each is one request to the cluster, whatever
 * the number of receivers. Futures fail with {@code EUNAVAILABLE} when the cluster cannot be asked;
 * with {@link IllegalArgumentException} when the name is reserved or the payload cannot be written.
 */
public interface Connections {
  /** The connection with this id; empty when it is not open on this node. */
  Optional<Connection> find(String id);

  /** All of this node, in no particular order. */
  List<Connection> list();

  /** How many there are on this node. */
  int count();

  /**
   * All of the cluster, with metadata. Costs 16 requests and the transfer of all metadata: meant
   * for administration, not for every message.
   */
  CompletableFuture<List<ConnectionInfo>> all();

  /** Those of the cluster whose metadata fits; costs as {@link #all}. Null without metadata. */
  CompletableFuture<List<ConnectionInfo>> where(Predicate<? super @Nullable JsonNode> metadata);

  /**
   * Sends a push to one connection, on whatever node.
   *
   * @return false when it is known not to be there; true when the push was handed to its node,
   *     which drops it if the connection has closed meanwhile
   */
  CompletableFuture<Boolean> send(String id, String name, @Nullable Object payload);

  /** Sends a push to some connections: one request for each node that holds one of them. */
  CompletableFuture<Void> send(Collection<String> ids, String name, @Nullable Object payload);

  /**
   * Sends a push to the connections whose metadata fits; costs as {@link #where}, and the sends.
   */
  CompletableFuture<Void> sendWhere(
      Predicate<? super @Nullable JsonNode> metadata, String name, @Nullable Object payload);

  /** Sends a push to all connections of an identity, wherever they are. */
  CompletableFuture<Void> sendToIdentity(
      String identityId, String name, @Nullable Object payload, String... exceptIds);

  /** Sends a push to everyone, but for some connections. */
  CompletableFuture<Void> broadcast(String name, @Nullable Object payload, String... exceptIds);

  /**
   * Closes a connection, on whatever node, after what was already sent.
   *
   * @param code as {@link Connection#close}
   * @return false when it is known not to be there
   */
  CompletableFuture<Boolean> disconnect(String id, int code, String reason);

  /** Closes all connections of an identity, wherever they are. */
  CompletableFuture<Void> disconnectIdentity(String identityId, int code, String reason);

  /** Closes the connections whose metadata fits; costs as {@link #where}, and the closes. */
  CompletableFuture<Void> disconnectWhere(
      Predicate<? super @Nullable JsonNode> metadata, int code, String reason);

  /** The metadata of a connection, on whatever node; gone when the connection is. */
  Metadata metadata(String id);
}
