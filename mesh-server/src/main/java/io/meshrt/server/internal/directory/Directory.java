// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.directory;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.ConnectionInfo;
import io.meshrt.server.connection.Connections;
import io.meshrt.server.connection.Metadata;
import io.meshrt.server.internal.session.Sessions;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The connections of the whole cluster. */
public final class Directory implements Connections {
  private final Sessions sessions;

  /** Over the sessions of this node. */
  public Directory(Sessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public Optional<Connection> find(String id) {
    return sessions.find(id).map(session -> session);
  }

  @Override
  public List<Connection> list() {
    return List.copyOf(sessions.all());
  }

  @Override
  public int count() {
    return sessions.count();
  }

  @Override
  public CompletableFuture<List<ConnectionInfo>> all() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<List<ConnectionInfo>> where(
      Predicate<? super @Nullable JsonNode> metadata) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Boolean> send(String id, String name, @Nullable Object payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> send(
      Collection<String> ids, String name, @Nullable Object payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> sendWhere(
      Predicate<? super @Nullable JsonNode> metadata, String name, @Nullable Object payload) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> sendToIdentity(
      String identityId, String name, @Nullable Object payload, String... exceptIds) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> broadcast(
      String name, @Nullable Object payload, String... exceptIds) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Boolean> disconnect(String id, int code, String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> disconnectIdentity(String identityId, int code, String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> disconnectWhere(
      Predicate<? super @Nullable JsonNode> metadata, int code, String reason) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Metadata metadata(String id) {
    throw new UnsupportedOperationException();
  }
}
