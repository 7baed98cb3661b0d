// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.auth.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, as handlers and hooks see it. Thread-safe; nothing here blocks. After
 * the connection is closed its facts can still be read, sends are dropped and calls fail with
 * {@code CLOSED}.
 */
public interface Connection {
  /** Opaque id, unique in the cluster; it names the node that holds the connection. */
  String id();

  /** Who is on the other side; empty until authentication established it. */
  Optional<Identity> identity();

  /**
   * Establishes the identity of a connection that has none, or refreshes claims and expiry of the
   * one it has.
   *
   * @throws IllegalStateException if the connection already has an identity with another id
   */
  void identify(Identity identity);

  /** The metadata that authentication attached; it does not change. */
  Optional<JsonNode> initialMetadata();

  /** Path of the upgrade request. */
  String path();

  /**
   * Undecoded query of the upgrade request, without the question mark; empty when there is none.
   */
  String queryString();

  /**
   * Headers of the upgrade request by lower case name, those that {@link
   * io.meshrt.server.MeshServerBuilder#keepHeaders} names; empty without it.
   */
  Map<String, List<String>> headers();

  /** Address of the client; behind trusted proxies the one they forwarded. */
  String remoteAddress();

  /** Whether frames can still be sent. */
  boolean isOpen();

  /** Last measured round trip; empty before the first measurement. */
  Optional<Duration> latency();

  /**
   * Sends a push. Pushes of one caller arrive in the order of its calls.
   *
   * @param name name the client listens to
   * @param payload any value Jackson can write; null is sent as JSON null
   * @return false when the connection is closed or had to be closed because its outbox is full
   * @throws IllegalArgumentException when the name is reserved or the payload cannot be written
   */
  boolean send(String name, @Nullable Object payload);

  /**
   * Asks the client to run a command it registered, with the default call timeout (30 s). The
   * future always completes: with the value, with the client's failure, or with a {@link
   * io.meshrt.core.protocol.CommandException} of code {@code ETIMEOUT}, {@code CONNECTION_LOST},
   * {@code CLOSED}, {@code ELIMIT} (too many calls in flight), or {@code EUNAVAILABLE} when the
   * client's protocol generation cannot answer commands.
   */
  <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type);

  /** As {@link #command(String, Object, Class)}, for generic types. */
  <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, TypeReference<T> type);

  /** As {@link #command(String, Object, Class)}, with a timeout of its own. */
  <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, Class<T> type, Duration timeout);

  /** As {@link #command(String, Object, TypeReference)}, with a timeout of its own. */
  <T extends @Nullable Object> CompletableFuture<T> command(
      String name, @Nullable Object payload, TypeReference<T> type, Duration timeout);

  /**
   * Closes after what was already sent. Does nothing when the connection is closing.
   *
   * @param code 1000, 1001, 1008, 1011 to 1013 or 3000 to 4999; see {@link
   *     io.meshrt.core.protocol.CloseCode} for what clients do with it
   * @param reason cut to 123 bytes of UTF-8
   */
  void close(int code, String reason);
}
