// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.hub.Hub;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.ClusterMetrics;
import io.meshrt.server.internal.metrics.ClusterMetrics.Address;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries pushes and closes of the application to rooms, identities, connections and everyone. A
 * frame is encoded once, by the publishing node, and is one request to the cluster whatever the
 * number of receivers. Thread-safe, never blocks.
 *
 * <p>Publications are not kept: where some were lost, {@code mesh.v1} connections are told with the
 * push {@code mesh/gap}.
 */
public final class Pushes implements SessionListener {
  /** Kind of the topics of rooms; their member groups have the same. */
  public static final String ROOM = "room";

  private static final Duration LINGER = Duration.ofSeconds(5);

  private final Cluster cluster;
  private final Sessions sessions;
  private final JsonValues json;
  private final ClusterMetrics metrics;
  private final int maxFrameBytes;
  private final Letters letters;
  private final Everyone everyone;
  private final Hub<Hearer> hub;
  private final IdentityPushes identities;
  private final List<Consumer<String>> clearedListeners = new CopyOnWriteArrayList<>();

  /** Hears nothing before {@link #start}, and registers with the mail. */
  public Pushes(Cluster cluster, NodeMail mail, Sessions sessions) {
    SessionServices services = sessions.services();
    this.cluster = cluster;
    this.sessions = sessions;
    this.json = services.json();
    this.metrics = services.metrics().cluster();
    this.maxFrameBytes = services.connectionLimits().maxOutboxBytes() - 16;
    this.letters = new Letters(mail, sessions);
    this.everyone = new Everyone(cluster.topics(), sessions);
    this.hub =
        new Hub<>(
            cluster.topics(),
            services.scheduler(),
            LINGER,
            (topic, fanout) ->
                new Delivery(
                    topic,
                    action -> fanout.forEach(hearer -> action.accept(hearer.session())),
                    () -> onCleared(topic),
                    () -> metrics.gap(address(topic))));
    this.identities = new IdentityPushes(hub, services.scheduler());
  }

  /** Begins to hear what is for everyone, as soon as the cluster can be asked. */
  public void start() {
    everyone.listen();
  }

  /**
   * A push in its frame, which is the same for all generations.
   *
   * @throws IllegalArgumentException when the name is reserved, or the payload cannot be written or
   *     is too large for an outbox
   */
  public byte[] encode(String name, @Nullable Object payload) {
    byte[] frame = Dialect.v1().push(ApplicationNames.require(name), json.encode(payload));
    if (frame.length > maxFrameBytes) {
      throw new IllegalArgumentException("payload: " + frame.length + " bytes");
    }
    return frame;
  }

  /** To the members of a room but some. */
  public CompletableFuture<Void> toRoom(String room, byte[] frame, Set<String> except) {
    return publish(new Topic(ROOM, room), Parcel.push(frame, except));
  }

  /** To the connections of an identity but some. */
  public CompletableFuture<Void> toIdentity(String identity, byte[] frame, Set<String> except) {
    return publish(IdentityPushes.topic(identity), Parcel.push(frame, except));
  }

  /** To everyone but some. */
  public CompletableFuture<Void> toEveryone(byte[] frame, Set<String> except) {
    return publish(Everyone.TOPIC, Parcel.push(frame, except));
  }

  /** To one connection; false if it is known not to be there. */
  public CompletableFuture<Boolean> toConnection(String id, byte[] frame) {
    metrics.pushed(Address.CONNECTIONS);
    Session session = sessions.find(id).orElse(null);
    return session == null
        ? letters.push(List.of(id), frame)
        : CompletableFuture.completedFuture(session.offer(frame));
  }

  /** To some connections: one request for each node that holds one. */
  public CompletableFuture<Void> toConnections(Collection<String> ids, byte[] frame) {
    metrics.pushed(Address.CONNECTIONS);
    return letters.toEachNode(
        ids, session -> session.offer(frame), remote -> letters.push(remote, frame));
  }

  /** Closes one connection; false if it is known not to be there. */
  public CompletableFuture<Boolean> closeConnection(String id, int code, String reason) {
    Session session = sessions.find(id).orElse(null);
    if (session == null) {
      return letters.close(List.of(id), code, reason);
    }
    session.close(code, reason);
    return CompletableFuture.completedFuture(true);
  }

  /** Closes some connections: one request for each node that holds one. */
  public CompletableFuture<Void> closeConnections(Collection<String> ids, int code, String reason) {
    return letters.toEachNode(
        ids, session -> session.close(code, reason), remote -> letters.close(remote, code, reason));
  }

  /** Closes the connections of an identity. */
  public CompletableFuture<Void> closeIdentity(String identity, int code, String reason) {
    return publish(IdentityPushes.topic(identity), Parcel.close(code, reason));
  }

  /** Makes a session hear a room, before it becomes a member. */
  public CompletableFuture<Void> enterRoom(Session session, String room) {
    return hub.subscribe(new Topic(ROOM, room), new Hearer(session)).thenApply(done -> null);
  }

  /** Makes a session hear a room no more. */
  public void exitRoom(Session session, String room) {
    CompletableFuture<?> unused = hub.unsubscribe(new Topic(ROOM, room), session);
  }

  /** Tells all nodes with members in a room that some were removed behind their backs. */
  public CompletableFuture<Void> announceCleared(String room) {
    return publish(new Topic(ROOM, room), Parcel.cleared());
  }

  /** Says who is told of such announcements, and of gaps. On threads of the cluster. */
  public void onCleared(Consumer<String> listener) {
    clearedListeners.add(listener);
  }

  @Override
  public void onOpened(Session session) {
    identities.onOpened(session);
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    identities.onIdentified(session, identity);
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    identities.onClosed(session, code, reason, byPeer);
  }

  private void onCleared(Topic topic) {
    if (topic.kind().equals(ROOM)) {
      clearedListeners.forEach(listener -> listener.accept(topic.name()));
    }
  }

  private static Address address(Topic topic) {
    return switch (topic.kind()) {
      case ROOM -> Address.ROOM;
      case IdentityPushes.KIND -> Address.IDENTITY;
      default -> Address.EVERYONE;
    };
  }

  private CompletableFuture<Void> publish(Topic topic, Parcel parcel) {
    metrics.pushed(address(topic));
    return cluster
        .topics()
        .publish(topic, Outgoing.of(parcel.encode(), Retention.NONE))
        .thenAccept(position -> {});
  }
}
