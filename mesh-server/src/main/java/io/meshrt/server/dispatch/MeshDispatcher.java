// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.dispatch;

import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.channel.ChannelPublisher;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.identity.IdentityDirectory;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.inbox.Inboxes;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.outpost.Outpost;
import io.meshrt.server.message.OutgoingMessage;
import io.meshrt.server.record.RecordEditor;
import io.meshrt.server.record.RecordLimits;
import io.meshrt.server.room.Memberships;
import io.meshrt.server.room.PersistentRoomOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends to the clients of all servers of a cluster, and closes them, from a program that serves
 * none: by the same way and with the same guarantees as a server, with Redis and without a port.
 *
 * <pre>{@code
 * try (MeshDispatcher dispatcher = MeshDispatcher.connect(RedisOptions.of(uri))) {
 *   dispatcher.sendToIdentity("anna", "invoice", Map.of("number", 7)).join();
 * }
 * }</pre>
 *
 * <p>Servers neither know of it nor wait for it. It finds those of the same Redis and the same
 * {@linkplain RedisOptions#withPrefix prefix}; with another prefix it reaches nobody, and nobody is
 * told, unless {@link MeshDispatcherBuilder#requireNodes} was asked for.
 *
 * <p>Thread-safe; made once and used by all threads, closed once. It never blocks but in {@code
 * connect} and {@code close}: futures complete on its handler threads, when the cluster has
 * accepted what was sent, and fail with {@code EUNAVAILABLE} within 3 s when it cannot be asked,
 * the outcome then being unknown. Nothing is kept back until Redis returns. What one thread sends
 * to one target arrives in the order of the calls.
 */
public final class MeshDispatcher implements AutoCloseable {
  private static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final Dispatching dispatching;
  private final boolean shared;

  MeshDispatcher(Dispatching dispatching, boolean shared) {
    this.dispatching = dispatching;
    this.shared = shared;
  }

  /**
   * For workers, not for applications: a dispatcher with the defaults of every other option on what
   * has started already, and is closed by somebody else after this.
   *
   * @param threads where its futures complete: not where those run that wait for them
   * @param inbox how messages are kept for identities
   */
  public static MeshDispatcher sharing(
      Outpost outpost, HandlerThreads threads, InboxOptions inbox) {
    Dispatching dispatching =
        new Dispatching(
            outpost,
            threads,
            ConnectionLimits.defaults().maxOutboxBytes(),
            RecordLimits.defaults(),
            inbox,
            PersistentRoomOptions.defaults(),
            false);
    dispatching.begin();
    return new MeshDispatcher(dispatching, true);
  }

  /** A builder for a cluster that shares a Redis. */
  public static MeshDispatcherBuilder builder(RedisOptions redis) {
    return new MeshDispatcherBuilder(redis);
  }

  /** A builder for a cluster within this JVM: for tests. */
  public static MeshDispatcherBuilder builder(InMemoryNetwork network) {
    return new MeshDispatcherBuilder(network);
  }

  /** As {@link MeshDispatcherBuilder#connect}, with the defaults of every option. */
  public static MeshDispatcher connect(RedisOptions redis) {
    return builder(redis).connect();
  }

  /** As {@link #connect(RedisOptions)}, within this JVM. */
  public static MeshDispatcher connect(InMemoryNetwork network) {
    return builder(network).connect();
  }

  /**
   * A message to be sent to whoever is then named: identities, with exceptions, kept for them or
   * not, rooms, connections, everyone.
   *
   * @throws IllegalArgumentException when the name is reserved or not one, or the payload cannot be
   *     written as JSON or is larger than an outbox
   */
  public OutgoingMessage message(String name, @Nullable Object payload) {
    return dispatching.message(name, payload);
  }

  /** Who is online on the servers of the cluster. */
  public IdentityDirectory identities() {
    return dispatching.identities();
  }

  /** Messages that are kept for identities, also while no server lives. */
  public Inboxes inboxes() {
    return dispatching.inboxes();
  }

  /**
   * Memberships of identities in persistent rooms, also while no server lives. Limit and expiry are
   * those given to this dispatcher; which rooms are restored, servers decide.
   */
  public Memberships memberships() {
    return dispatching.memberships();
  }

  /**
   * Sends to the connections of an identity, on all nodes, but some.
   *
   * @throws IllegalArgumentException when the name is reserved or not one, or the payload cannot be
   *     written as JSON or is larger than an outbox
   */
  public CompletableFuture<Void> sendToIdentity(
      String identityId, String name, @Nullable Object payload, String... exceptConnectionIds) {
    return dispatching.toIdentities(List.of(identityId), name, payload, exceptConnectionIds);
  }

  /**
   * As {@link #sendToIdentity}, to several: one request for each, the repeated ones counting once.
   * None is a success.
   */
  public CompletableFuture<Void> sendToIdentities(
      Collection<String> identityIds,
      String name,
      @Nullable Object payload,
      String... exceptConnectionIds) {
    return dispatching.toIdentities(identityIds, name, payload, exceptConnectionIds);
  }

  /** Sends to some connections: one request for each node that holds one of them. */
  public CompletableFuture<Void> sendToConnections(
      Collection<String> connectionIds, String name, @Nullable Object payload) {
    return dispatching.toConnections(connectionIds, name, payload);
  }

  /** Sends to the members of a room, on all nodes, but some. One request. */
  public CompletableFuture<Void> sendToRoom(
      String room, String name, @Nullable Object payload, String... exceptConnectionIds) {
    return dispatching.toRoom(room, name, payload, exceptConnectionIds);
  }

  /** Sends to all connections of all nodes, but some. One request. */
  public CompletableFuture<Void> broadcast(
      String name, @Nullable Object payload, String... exceptConnectionIds) {
    return dispatching.toEveryone(name, payload, exceptConnectionIds);
  }

  /** As {@link #disconnect(Collection, int, String)}, with 1000 and no reason. */
  public CompletableFuture<Void> disconnect(String... identityIds) {
    return disconnect(List.of(identityIds), 1000, "");
  }

  /**
   * Closes all connections of some identities, on all nodes.
   *
   * @param code after 1000, 1001, 1011 to 1013 and 4000 to 4499 clients come back; after 1008 and
   *     4500 to 4999, for example 4503, they do not
   * @param reason at most 123 bytes of UTF-8, which the client is told
   * @throws IllegalArgumentException when an application may not close with the code
   */
  public CompletableFuture<Void> disconnect(
      Collection<String> identityIds, int code, String reason) {
    return dispatching.closeIdentities(identityIds, code, reason);
  }

  /** As {@link #disconnect(Collection, int, String)}, for single connections. */
  public CompletableFuture<Void> disconnectConnections(
      Collection<String> connectionIds, int code, String reason) {
    return dispatching.closeConnections(connectionIds, code, reason);
  }

  /**
   * Publishing to channels, and their histories. How much is kept says the publication, or a policy
   * given to this dispatcher: it does not know those of servers.
   */
  public ChannelPublisher channels() {
    return dispatching.channels();
  }

  /**
   * Reading and writing records, by the same compare-and-set as servers. Groups, lists and times to
   * live are policies: give this dispatcher those that servers have.
   */
  public RecordEditor records() {
    return dispatching.records();
  }

  /** How many servers live, asked now. */
  public CompletableFuture<Integer> nodeCount() {
    return dispatching.nodeCount();
  }

  /** Whether the cluster can be used now. */
  public boolean isUp() {
    return dispatching.isUp();
  }

  /** As {@link #close(Duration)} with 10 s. */
  @Override
  public void close() {
    close(DEFAULT_CLOSE_TIMEOUT);
  }

  /**
   * Leaves, and blocks until it has: stores that mirror something get what they do not have yet,
   * connections to Redis close, threads end. Whatever was not answered fails with {@code
   * EUNAVAILABLE}; wait for its futures before. Does nothing the second time.
   */
  public void close(Duration timeout) {
    if (shared) {
      dispatching.end(timeout);
    } else {
      dispatching.close(timeout);
    }
  }
}
