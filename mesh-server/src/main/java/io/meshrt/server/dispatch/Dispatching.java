// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.dispatch;

import io.meshrt.server.channel.ChannelPublisher;
import io.meshrt.server.identity.IdentityDirectory;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.inbox.Inboxes;
import io.meshrt.server.internal.channel.ChannelDesk;
import io.meshrt.server.internal.channel.ChannelFeature;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Health;
import io.meshrt.server.internal.cluster.Topics;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.identity.IdentityDesk;
import io.meshrt.server.internal.inbox.InboxKeeper;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.membership.MembershipDesk;
import io.meshrt.server.internal.message.Messages;
import io.meshrt.server.internal.message.SendObserver;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.outpost.Outpost;
import io.meshrt.server.internal.push.Exceptions;
import io.meshrt.server.internal.push.Publisher;
import io.meshrt.server.internal.record.RecordDesk;
import io.meshrt.server.internal.record.RecordFeature;
import io.meshrt.server.internal.session.ApplicationCloseCodes;
import io.meshrt.server.message.OutgoingMessage;
import io.meshrt.server.record.RecordEditor;
import io.meshrt.server.record.RecordLimits;
import io.meshrt.server.room.Memberships;
import io.meshrt.server.room.PersistentRoomOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a dispatcher is made of: the halves of features that need no sessions, on an outpost. */
final class Dispatching {
  private final Outpost outpost;
  private final HandlerThreads threads;
  private final NodeMail mail;
  private final LiveNodes nodes;
  private final Publisher publisher;
  private final ChannelDesk channels;
  private final RecordDesk records;
  private final IdentityDesk identities;
  private final InboxKeeper inboxes;
  private final MembershipDesk memberships;
  private final Messages messages;

  /**
   * Has not begun.
   *
   * @param threads where its futures complete; whoever made them shuts them down
   */
  Dispatching(
      Outpost outpost,
      HandlerThreads threads,
      int maxOutboxBytes,
      RecordLimits recordLimits,
      InboxOptions inbox,
      PersistentRoomOptions persistentRooms,
      boolean requireNodes) {
    this.outpost = outpost;
    this.threads = threads;
    Cluster cluster = outpost.cluster();
    ServerMetrics metrics = outpost.metrics();
    this.mail = new NodeMail(cluster, outpost.scheduler());
    this.nodes = new LiveNodes(cluster, outpost.scheduler(), requireNodes);
    Topics topics =
        requireNodes ? new TopicsOfLiveNodes(cluster.topics(), nodes) : cluster.topics();
    this.publisher = new Publisher(topics, mail, outpost.json(), metrics.cluster(), maxOutboxBytes);
    Guards guards = new Guards(threads, outpost.scheduler(), metrics);
    ChannelFeature.Settings channelSettings = ChannelFeature.Settings.defaults(maxOutboxBytes);
    this.identities = new IdentityDesk(cluster, threads);
    this.inboxes =
        new InboxKeeper(
            cluster.topics(), // what is kept needs no server now
            inbox,
            channelSettings.maxMessageBytes(),
            outpost.json(),
            threads,
            metrics);
    this.memberships =
        new MembershipDesk(cluster, persistentRooms, outpost.scheduler(), threads, metrics);
    this.messages =
        new Messages(
            publisher,
            inboxes::prepare,
            inbox.keptByDefault(),
            outpost.json(),
            threads,
            SendObserver.NONE);
    this.channels =
        new ChannelDesk(
            channelSettings, topics, guards, outpost.json(), outpost.scheduler(), threads, metrics);
    int maxRecordBytes = Math.min(recordLimits.maxValueBytes(), maxOutboxBytes / 2);
    this.records =
        new RecordDesk(
            new RecordFeature.Settings(
                recordLimits.withMaxValueBytes(maxRecordBytes),
                Duration.ZERO,
                Duration.ZERO,
                new SecureRandom().nextLong()),
            new RecordDesk.Tools(
                cluster, guards, outpost.json(), outpost.scheduler(), threads, metrics));
  }

  /** Blocks until the cluster can be asked, or throws. */
  void start(Duration timeout) {
    outpost.start(timeout);
    begin();
  }

  /** On an outpost that has started. */
  void begin() {
    CompletableFuture<?> unused = mail.start();
    nodes.start();
  }

  OutgoingMessage message(String name, @Nullable Object payload) {
    return messages.message(name, payload);
  }

  IdentityDirectory identities() {
    return identities;
  }

  Memberships memberships() {
    return memberships;
  }

  Inboxes inboxes() {
    return inboxes;
  }

  ChannelPublisher channels() {
    return channels;
  }

  RecordEditor records() {
    return records;
  }

  CompletableFuture<Integer> nodeCount() {
    return answer(() -> outpost.cluster().liveNodes().thenApply(Set::size));
  }

  boolean isUp() {
    return outpost.cluster().health() == Health.UP;
  }

  CompletableFuture<Void> toIdentities(
      Collection<String> ids, String name, @Nullable Object payload, String... except) {
    byte[] frame = publisher.encode(name, payload);
    Set<String> left = set(except);
    return forEach(ids, id -> publisher.toIdentity(id, frame, left));
  }

  CompletableFuture<Void> toConnections(
      Collection<String> ids, String name, @Nullable Object payload) {
    byte[] frame = publisher.encode(name, payload);
    return answer(
        () -> nodes.ifAlive(() -> publisher.toConnections(new LinkedHashSet<>(ids), frame)));
  }

  CompletableFuture<Void> toRoom(
      String room, String name, @Nullable Object payload, String... except) {
    String flaw = ApplicationNames.flawOf(room);
    if (flaw != null) {
      throw new IllegalArgumentException("room: " + flaw);
    }
    byte[] frame = publisher.encode(name, payload);
    Set<String> left = set(except);
    return answer(() -> publisher.toRoom(room, frame, left));
  }

  CompletableFuture<Void> toEveryone(String name, @Nullable Object payload, String... except) {
    byte[] frame = publisher.encode(name, payload);
    Set<String> left = set(except);
    return answer(() -> publisher.toEveryone(frame, left));
  }

  CompletableFuture<Void> closeIdentities(Collection<String> ids, int code, String reason) {
    int checked = require(code, reason);
    return forEach(ids, id -> publisher.closeIdentity(id, checked, reason));
  }

  CompletableFuture<Void> closeConnections(Collection<String> ids, int code, String reason) {
    int checked = require(code, reason);
    return answer(
        () ->
            nodes.ifAlive(
                () -> publisher.closeConnections(new LinkedHashSet<>(ids), checked, reason)));
  }

  private CompletableFuture<Void> forEach(
      Collection<String> ids, Function<String, CompletableFuture<Void>> action) {
    List<String> distinct = List.copyOf(new LinkedHashSet<>(ids));
    return answer(
        () ->
            CompletableFuture.allOf(
                distinct.stream().map(action).toArray(CompletableFuture<?>[]::new)));
  }

  /** The future for the application. */
  private <T> CompletableFuture<T> answer(Supplier<CompletableFuture<T>> question) {
    return threads.handOver(question.get());
  }

  private static int require(int code, String reason) {
    Objects.requireNonNull(reason, "reason");
    return ApplicationCloseCodes.require(code);
  }

  private static Set<String> set(String... ids) {
    return Exceptions.of(List.of(ids), Set.of());
  }

  void close(Duration timeout) {
    if (!outpost.isOpen()) {
      return;
    }
    long begunNanos = outpost.scheduler().nanoTime();
    end(timeout);
    outpost.close(left(timeout, begunNanos));
  }

  /** Ends what it has begun, and leaves the outpost to others. */
  void end(Duration timeout) {
    long begunNanos = outpost.scheduler().nanoTime();
    channels.close(timeout);
    records.close(left(timeout, begunNanos));
  }

  private Duration left(Duration timeout, long begunNanos) {
    Duration left = timeout.minusNanos(outpost.scheduler().nanoTime() - begunNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
