// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.push;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.ClusterMetrics;
import io.meshrt.server.internal.metrics.ClusterMetrics.Address;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Publishes pushes and closes of the application to rooms, identities, connections and everyone,
 * from nodes and from guests of the cluster. A frame is encoded once and is one request to the
 * cluster whatever the number of receivers; connections take one for each of their nodes.
 * Thread-safe, never blocks.
 *
 * <p>Publications are not kept: where some were lost, {@code mesh.v1} connections are told with the
 * push {@code mesh/gap}.
 */
public final class Publisher {
  /** What an outbox needs beside a frame. */
  private static final int ROOM_TO_SPARE = 16;

  private final Topics topics;
  private final JsonValues json;
  private final ClusterMetrics metrics;
  private final int maxFrameBytes;
  private final Letters letters;

  /**
   * Has published nothing.
   *
   * @param maxOutboxBytes of every connection: no frame is larger
   */
  public Publisher(
      Topics topics, NodeMail mail, JsonValues json, ClusterMetrics metrics, int maxOutboxBytes) {
    this.topics = topics;
    this.json = json;
    this.metrics = metrics;
    this.maxFrameBytes = maxOutboxBytes - ROOM_TO_SPARE;
    this.letters = new Letters(mail);
  }

  /**
   * A push in its frame, which is the same for all generations.
   *
   * @throws IllegalArgumentException when the name is reserved, or the payload cannot be written or
   *     is too large for an outbox
   */
  public byte[] encode(String name, @Nullable Object payload) {
    byte[] frame = Dialect.v1().push(ApplicationNames.require(name), json.encode(payload));
    if (isTooLarge(frame)) {
      throw new IllegalArgumentException("payload: " + frame.length + " bytes");
    }
    return frame;
  }

  /** Whether no outbox can take a frame. */
  public boolean isTooLarge(byte[] frame) {
    return frame.length > maxFrameBytes;
  }

  /** To the members of a room but some. */
  public CompletableFuture<Void> toRoom(String room, byte[] frame, Set<String> except) {
    return publish(roomTopic(room), Parcel.push(frame, except));
  }

  /** To the connections of an identity but some. */
  public CompletableFuture<Void> toIdentity(String identity, byte[] frame, Set<String> except) {
    return publish(IdentityPushes.topic(identity), Parcel.push(frame, except));
  }

  /** To everyone but some. */
  public CompletableFuture<Void> toEveryone(byte[] frame, Set<String> except) {
    return publish(Everyone.TOPIC, Parcel.push(frame, except));
  }

  /** To some connections: one request for each node that holds one. */
  public CompletableFuture<Void> toConnections(Collection<String> ids, byte[] frame) {
    metrics.pushed(Address.CONNECTIONS);
    return Letters.toEachNode(ids, part -> letters.push(part, frame));
  }

  /** The same, but for identities among {@link Exceptions}. */
  public CompletableFuture<Void> toConnections(
      Collection<String> ids, byte[] frame, Set<String> except) {
    metrics.pushed(Address.CONNECTIONS);
    return Letters.toEachNode(ids, part -> letters.push(part, frame, except));
  }

  /** Closes some connections: one request for each node that holds one. */
  public CompletableFuture<Void> closeConnections(Collection<String> ids, int code, String reason) {
    return Letters.toEachNode(ids, part -> letters.close(part, code, reason));
  }

  /** Closes the connections of an identity. */
  public CompletableFuture<Void> closeIdentity(String identity, int code, String reason) {
    return publish(IdentityPushes.topic(identity), Parcel.close(code, reason));
  }

  /** Tells all nodes with members in a room that some were removed behind their backs. */
  CompletableFuture<Void> announceCleared(String room) {
    return publish(roomTopic(room), Parcel.cleared());
  }

  Letters letters() {
    return letters;
  }

  static Topic roomTopic(String room) {
    return new Topic(Pushes.ROOM, room);
  }

  static Address address(Topic topic) {
    return switch (topic.kind()) {
      case Pushes.ROOM -> Address.ROOM;
      case IdentityPushes.KIND -> Address.IDENTITY;
      default -> Address.EVERYONE;
    };
  }

  private CompletableFuture<Void> publish(Topic topic, Parcel parcel) {
    metrics.pushed(address(topic));
    return topics
        .publish(topic, Outgoing.of(parcel.encode(), Retention.NONE))
        .thenAccept(position -> {});
  }
}
