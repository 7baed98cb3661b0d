// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.directory;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.ConnectionInfo;
import io.meshrt.server.connection.Connections;
import io.meshrt.server.connection.Metadata;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.push.Exceptions;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.roster.ConnectionGroups;
import io.meshrt.server.internal.session.ApplicationCloseCodes;
import io.meshrt.server.internal.session.Sessions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connections of the whole cluster. */
public final class Directory implements Connections {
  private final Members members;
  private final Sessions sessions;
  private final Pushes pushes;
  private final ConnectionMetadata metadata;
  private final HandlerThreads threads;
  private final JsonValues json;

  /** Over the sessions of this node and what the cluster knows of others. */
  public Directory(Members members, Sessions sessions, Pushes pushes, ConnectionMetadata metadata) {
    this.members = members;
    this.sessions = sessions;
    this.pushes = pushes;
    this.metadata = metadata;
    this.threads = sessions.services().threads();
    this.json = sessions.services().json();
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
    CompletableFuture<List<ConnectionInfo>> all =
        CompletableFuture.completedFuture(new ArrayList<>());
    for (Topic group : ConnectionGroups.all()) {
      all = all.thenCombine(members.members(group), this::with);
    }
    return threads.handOver(all);
  }

  private List<ConnectionInfo> with(List<ConnectionInfo> all, Members.Snapshot some) {
    some.members().forEach(member -> all.add(info(member)));
    return all;
  }

  private ConnectionInfo info(Member member) {
    byte[] value = member.value();
    return new ConnectionInfo(
        member.id(),
        member.owner().name(),
        value == null ? Optional.empty() : Optional.of(json.tree(RawJson.ofValid(value))));
  }

  @Override
  public CompletableFuture<List<ConnectionInfo>> where(Predicate<? super @Nullable JsonNode> fits) {
    Objects.requireNonNull(fits, "metadata");
    return all()
        .thenApply(
            all -> all.stream().filter(info -> fits.test(info.metadata().orElse(null))).toList());
  }

  @Override
  public CompletableFuture<Boolean> send(String id, String name, @Nullable Object payload) {
    return answer(() -> pushes.toConnection(id, pushes.encode(name, payload)));
  }

  @Override
  public CompletableFuture<Void> send(
      Collection<String> ids, String name, @Nullable Object payload) {
    return answer(
        () -> pushes.toConnections(new LinkedHashSet<>(ids), pushes.encode(name, payload)));
  }

  @Override
  public CompletableFuture<Void> sendWhere(
      Predicate<? super @Nullable JsonNode> fits, String name, @Nullable Object payload) {
    return answer(
        () -> {
          byte[] frame = pushes.encode(name, payload);
          return where(fits).thenCompose(found -> pushes.toConnections(ids(found), frame));
        });
  }

  @Override
  public CompletableFuture<Void> sendToIdentity(
      String identityId, String name, @Nullable Object payload, String... exceptIds) {
    return answer(
        () -> pushes.toIdentity(identityId, pushes.encode(name, payload), set(exceptIds)));
  }

  @Override
  public CompletableFuture<Void> broadcast(
      String name, @Nullable Object payload, String... exceptIds) {
    return answer(() -> pushes.toEveryone(pushes.encode(name, payload), set(exceptIds)));
  }

  @Override
  public CompletableFuture<Boolean> disconnect(String id, int code, String reason) {
    return answer(() -> pushes.closeConnection(id, require(code, reason), reason));
  }

  @Override
  public CompletableFuture<Void> disconnectIdentity(String identityId, int code, String reason) {
    return answer(() -> pushes.closeIdentity(identityId, require(code, reason), reason));
  }

  @Override
  public CompletableFuture<Void> disconnectWhere(
      Predicate<? super @Nullable JsonNode> fits, int code, String reason) {
    return answer(
        () -> {
          require(code, reason);
          return where(fits)
              .thenCompose(found -> pushes.closeConnections(ids(found), code, reason));
        });
  }

  @Override
  public Metadata metadata(String id) {
    return metadata.of(Objects.requireNonNull(id, "id"));
  }

  private <T> CompletableFuture<T> answer(Supplier<CompletableFuture<T>> question) {
    try {
      return threads.handOver(question.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static int require(int code, String reason) {
    Objects.requireNonNull(reason, "reason");
    return ApplicationCloseCodes.require(code);
  }

  private static List<String> ids(List<ConnectionInfo> found) {
    return found.stream().map(ConnectionInfo::id).toList();
  }

  private static Set<String> set(String... ids) {
    return Exceptions.of(List.of(ids), Set.of());
  }
}
