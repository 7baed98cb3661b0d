// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.dialect.PushFrame;
import io.meshrt.server.internal.hub.Hub;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.ClusterMetrics;
import io.meshrt.server.internal.metrics.ClusterMetrics.Address;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries pushes and closes of the application to rooms, identities, connections and everyone:
 * publishes them, as {@link Publisher}, and gives what is heard to the sessions of this node.
 * Thread-safe, never blocks.
 */
public final class Pushes implements SessionListener {
  /** Kind of the topics of rooms; their member groups have the same. */
  public static final String ROOM = "room";

  private static final Duration LINGER = Duration.ofSeconds(5);

  private final Sessions sessions;
  private final ClusterMetrics metrics;
  private final Publisher publisher;
  private final Everyone everyone;
  private final Hub<Hearer> hub;
  private final IdentityPushes identities;
  private final List<Consumer<String>> clearedListeners = new CopyOnWriteArrayList<>();

  /** Hears nothing before {@link #start}, and registers with the mail. */
  public Pushes(Cluster cluster, NodeMail mail, Sessions sessions) {
    SessionServices services = sessions.services();
    this.sessions = sessions;
    this.metrics = services.metrics().cluster();
    this.publisher =
        new Publisher(
            cluster.topics(),
            mail,
            services.json(),
            metrics,
            services.connectionLimits().maxOutboxBytes());
    OpenedLetters.openIn(mail, sessions);
    this.everyone = new Everyone(cluster, sessions);
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
                    () -> metrics.gap(Publisher.address(topic))));
    this.identities = new IdentityPushes(hub, services.scheduler());
  }

  /** Begins to hear what is for everyone, as soon as the cluster can be asked; completes then. */
  public CompletableFuture<@Nullable Void> start() {
    return everyone.listen();
  }

  /** Keeps what is for everyone from connections without an identity; before {@link #start}. */
  public void requireIdentity() {
    everyone.onlyIdentified();
  }

  /** What publishes, also for those who do not know the sessions of this node. */
  public Publisher publisher() {
    return publisher;
  }

  /** As {@link Publisher#encode}. */
  public byte[] encode(String name, @Nullable Object payload) {
    return publisher.encode(name, payload);
  }

  /** As {@link Publisher#toRoom}. */
  public CompletableFuture<Void> toRoom(String room, byte[] frame, Set<String> except) {
    return publisher.toRoom(room, frame, except);
  }

  /** As {@link Publisher#toIdentity}. */
  public CompletableFuture<Void> toIdentity(String identity, byte[] frame, Set<String> except) {
    return publisher.toIdentity(identity, frame, except);
  }

  /** As {@link Publisher#toEveryone}. */
  public CompletableFuture<Void> toEveryone(byte[] frame, Set<String> except) {
    return publisher.toEveryone(frame, except);
  }

  /** To one connection; false if it is known not to be there. */
  public CompletableFuture<Boolean> toConnection(String id, byte[] frame) {
    metrics.pushed(Address.CONNECTIONS);
    Session session = sessions.find(id).orElse(null);
    return session == null
        ? publisher.letters().push(List.of(id), frame)
        : CompletableFuture.completedFuture(session.offer(new PushFrame(frame)));
  }

  /** To some connections: at once to those of this node, one request for each other one. */
  public CompletableFuture<Void> toConnections(Collection<String> ids, byte[] frame) {
    PushFrame push = new PushFrame(frame);
    return publisher.toConnections(elsewhere(ids, session -> session.offer(push)), frame);
  }

  /** Closes one connection; false if it is known not to be there. */
  public CompletableFuture<Boolean> closeConnection(String id, int code, String reason) {
    Session session = sessions.find(id).orElse(null);
    if (session == null) {
      return publisher.letters().close(List.of(id), code, reason);
    }
    session.close(code, reason);
    return CompletableFuture.completedFuture(true);
  }

  /** Closes some connections: at once those of this node, one request for each other one. */
  public CompletableFuture<Void> closeConnections(Collection<String> ids, int code, String reason) {
    return publisher.closeConnections(
        elsewhere(ids, session -> session.close(code, reason)), code, reason);
  }

  /** Does something with sessions of this node at once; those it has not got. */
  private List<String> elsewhere(Collection<String> ids, Consumer<Session> here) {
    List<String> elsewhere = new ArrayList<>();
    for (String id : ids) {
      sessions.find(id).ifPresentOrElse(here, () -> elsewhere.add(id));
    }
    return elsewhere;
  }

  /** As {@link Publisher#closeIdentity}. */
  public CompletableFuture<Void> closeIdentity(String identity, int code, String reason) {
    return publisher.closeIdentity(identity, code, reason);
  }

  /** Makes a session hear a room, before it becomes a member. */
  public CompletableFuture<Void> enterRoom(Session session, String room) {
    return hub.subscribe(Publisher.roomTopic(room), new Hearer(session)).thenApply(done -> null);
  }

  /** Makes a session hear a room no more. */
  public void exitRoom(Session session, String room) {
    CompletableFuture<?> unused = hub.unsubscribe(Publisher.roomTopic(room), session);
  }

  /** Tells all nodes with members in a room that some were removed behind their backs. */
  public CompletableFuture<Void> announceCleared(String room) {
    return publisher.announceCleared(room);
  }

  /** Says who is told of such announcements, and of gaps. On threads of the cluster. */
  public void onCleared(Consumer<String> listener) {
    clearedListeners.add(listener);
  }

  /**
   * Makes this node hear what is for an identity before a session of it opens here; completes when
   * it does, or cannot just now, and does not fail. The result is run once, when the session has
   * opened or will not.
   */
  public CompletableFuture<Runnable> expect(String identity) {
    return hub.expect(IdentityPushes.topic(identity));
  }

  /** Completes when a session hears what is for its identity, or cannot just now. */
  public CompletableFuture<?> settled(Session session) {
    return identities.settled(session);
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
}
