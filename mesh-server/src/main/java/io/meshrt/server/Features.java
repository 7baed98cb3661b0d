// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.connection.Connections;
import io.meshrt.server.connection.MetadataLimits;
import io.meshrt.server.inbox.Inboxes;
import io.meshrt.server.internal.channel.ChannelFeature;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.collection.CollectionFeature;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.delegation.Delegation;
import io.meshrt.server.internal.directory.ConnectionMetadata;
import io.meshrt.server.internal.directory.Directory;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.hook.Observers;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.identity.IdentityFeature;
import io.meshrt.server.internal.inbox.InboxFeature;
import io.meshrt.server.internal.inbox.InboxKeeper;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.membership.MembershipFeature;
import io.meshrt.server.internal.message.Messages;
import io.meshrt.server.internal.metadata.RoomMetadata;
import io.meshrt.server.internal.presence.PresenceFeature;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.record.RecordFeature;
import io.meshrt.server.internal.room.MembershipListener;
import io.meshrt.server.internal.room.RoomFeature;
import io.meshrt.server.internal.roster.Owners;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionServices;
import io.meshrt.server.internal.session.Sessions;
import io.meshrt.server.record.RecordLimits;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server offers beyond commands, over the cluster: built once, in the order of use. */
final class Features {
  private static final Logger log = LoggerFactory.getLogger(Features.class);

  /** For JavaScript clients, which listen only after they have read the reply. */
  private static final Duration LEGACY_GRACE = Duration.ofMillis(20);

  static final Duration LINGER = Duration.ofSeconds(10);

  private final Scheduler scheduler;
  private final NodeMail mail;
  private final Pushes pushes;
  private final Directory directory;
  private final IdentityFeature identities;
  private final Messages messages;
  private final RoomFeature rooms;
  private final PresenceFeature presence;
  private final ChannelFeature channels;
  private final InboxKeeper inboxes;
  private final RecordFeature records;
  private final CollectionFeature collections;
  private final Delegation delegation;
  private final OtherProtocols otherProtocols;

  Features(
      MeshServerBuilder options,
      Endpoints endpoints,
      Cluster cluster,
      Sessions sessions,
      Commands commands,
      Observers observers) {
    SessionServices node = sessions.services();
    MetadataLimits metadata = options.metadataLimits;
    scheduler = node.scheduler();
    mail = new NodeMail(cluster, scheduler);
    Roster roster = new Roster(cluster, node.scheduler());
    Owners owners = new Owners(roster, sessions, mail);
    pushes = new Pushes(cluster, mail, sessions);
    identities = new IdentityFeature(options.trackIdentities, cluster, pushes, node);
    inboxes =
        new InboxKeeper(
            cluster.topics(),
            options.inbox,
            maxMessageBytes(options),
            node.json(),
            node.threads(),
            node.metrics());
    messages =
        new Messages(
            pushes.publisher(),
            inboxes::prepare,
            options.inbox.keptByDefault(),
            node.json(),
            node.threads(),
            observers);
    if (options.trackIdentities) {
      observers.askOnline(identities::online);
    }
    if (options.authentication.required()) {
      pushes.requireIdentity();
    }
    ConnectionMetadata connectionMetadata =
        new ConnectionMetadata(
            cluster.members(), sessions, roster, mail, metadata.maxConnectionBytes());
    directory = new Directory(cluster.members(), sessions, pushes, connectionMetadata);
    Guards guards = new Guards(node.threads(), node.scheduler(), node.metrics());
    RoomMetadata roomMetadata =
        new RoomMetadata(
            cluster.store(),
            node.scheduler(),
            node.json(),
            node.threads(),
            node.metrics(),
            metadata.maxRoomBytes());
    rooms =
        new RoomFeature(
            new RoomFeature.Neighbours(
                cluster,
                roster,
                owners,
                pushes,
                roomMetadata,
                connectionMetadata::of,
                joinable ->
                    new MembershipFeature(
                        options.persistentRooms,
                        new MembershipFeature.Neighbours(
                            cluster, roster, guards, observers::onRoomRefused),
                        joinable,
                        node),
                observers::onRoomMessage),
            options.subscriptionLimits,
            node.json(),
            node.scheduler(),
            node.threads(),
            guards);
    sessions.announcePersistentRooms(rooms.memberships()::isInUse);
    RoomEvents roomEvents = new RoomEvents(observers::onRoom, observers::onRoomEnd);
    rooms.addListener(roomEvents);
    SubscriptionCounts subscriptions =
        new SubscriptionCounts(options.subscriptionLimits.maxSubscriptions(), node.metrics());
    presence = presence(options, cluster, sessions, roster, guards, subscriptions);
    channels =
        new ChannelFeature(
            ChannelFeature.Settings.defaults(options.limits.maxOutboxBytes())
                .withLegacyWindow(options.legacyHistoryWindow),
            new ChannelFeature.Neighbours(cluster, mail, guards, subscriptions),
            node.json(),
            node.scheduler(),
            node.threads(),
            node.metrics());
    InboxFeature openInboxes =
        new InboxFeature(
            inboxSettings(options),
            new InboxFeature.Neighbours(
                cluster, subscriptions, (session, count) -> observers.onReplay(count, session)),
            node.json(),
            node.scheduler(),
            node.threads(),
            node.metrics());
    records =
        new RecordFeature(
            recordSettings(options),
            new RecordFeature.Neighbours(cluster, mail, guards, subscriptions),
            node.json(),
            node.scheduler(),
            node.threads(),
            node.metrics());
    collections =
        new CollectionFeature(
            new CollectionFeature.Settings(collectionLimits(options), LEGACY_GRACE, LINGER),
            new CollectionFeature.Neighbours(
                cluster, new ListedRecords(records.lists()), mail, guards, subscriptions),
            node.json(),
            node.scheduler(),
            node.threads(),
            node.metrics());
    delegation =
        new Delegation(
            cluster,
            mail,
            commands,
            node.scheduler(),
            node.threads(),
            node.metrics().work(),
            options.commandLimits.timeout(),
            new SecureRandom().nextLong());
    delegation.addListener(
        new Delegation.CrewListener() {
          @Override
          public void onJoined(String group, String worker) {
            observers.onWorkerJoin(worker);
          }

          @Override
          public void onLeft(String group, String worker) {
            observers.onWorkerLeave(worker);
          }
        });
    if (options.openDefaults) {
      rooms.openToAll();
      log.info("open defaults: clients may join rooms, read metadata and write their own");
    }
    rooms.registerIn(commands);
    presence.registerIn(commands);
    channels.registerIn(commands, openInboxes);
    openInboxes.registerIn(commands);
    records.registerIn(commands);
    collections.registerIn(commands);
    cluster.addListener(roster);
    List.of(
            roster,
            pushes,
            identities,
            presence,
            channels,
            openInboxes,
            records,
            collections,
            delegation,
            roomEvents)
        .forEach(sessions::addListener);
    otherProtocols =
        new OtherProtocols(
            options,
            endpoints,
            new OtherProtocols.Neighbours(
                cluster, sessions, commands, rooms, inboxes, openInboxes, this::settled));
  }

  private static InboxFeature.Settings inboxSettings(MeshServerBuilder options) {
    return new InboxFeature.Settings(
        options.inbox,
        ChannelFeature.Settings.defaults(options.limits.maxOutboxBytes()).maxPageBytes(),
        LINGER);
  }

  static int maxMessageBytes(MeshServerBuilder options) {
    return ChannelFeature.Settings.defaults(options.limits.maxOutboxBytes()).maxMessageBytes();
  }

  /** A record has to fit an outbox with room to spare. */
  private static RecordFeature.Settings recordSettings(MeshServerBuilder options) {
    RecordLimits limits = options.recordLimits;
    int maxBytes = Math.min(limits.maxValueBytes(), options.limits.maxOutboxBytes() / 2);
    return new RecordFeature.Settings(
        limits.withMaxValueBytes(maxBytes), LEGACY_GRACE, LINGER, new SecureRandom().nextLong());
  }

  /** A page has to fit an outbox with room to spare. */
  private static CollectionLimits collectionLimits(MeshServerBuilder options) {
    CollectionLimits limits = options.collectionLimits;
    int maxBytes = Math.min(limits.maxPageBytes(), options.limits.maxOutboxBytes() / 4);
    return limits.withMaxPageBytes(Math.max(1, maxBytes));
  }

  private PresenceFeature presence(
      MeshServerBuilder options,
      Cluster cluster,
      Sessions sessions,
      Roster roster,
      Guards guards,
      SubscriptionCounts subscriptions) {
    SessionServices node = sessions.services();
    PresenceFeature feature =
        new PresenceFeature(
            new PresenceFeature.Settings(
                options.metadataLimits.maxPresenceStateBytes(), LEGACY_GRACE, LINGER),
            new PresenceFeature.Neighbours(
                cluster, roster, mail, new Exposures<>(guards), subscriptions, sessions::find),
            node.json(),
            node.scheduler(),
            node.threads(),
            node.metrics());
    rooms.addListener(
        new MembershipListener() {
          @Override
          public void onJoined(Session session, String room) {
            feature.onJoined(session, room);
          }

          @Override
          public void afterLeave(Session session, String room) {
            feature.afterLeave(session, room);
          }
        });
    return feature;
  }

  Connections connections() {
    return directory;
  }

  IdentityFeature identities() {
    return identities;
  }

  Messages messages() {
    return messages;
  }

  RoomFeature rooms() {
    return rooms;
  }

  PresenceFeature presence() {
    return presence;
  }

  ChannelFeature channels() {
    return channels;
  }

  Inboxes inboxes() {
    return inboxes;
  }

  RecordFeature records() {
    return records;
  }

  CollectionFeature collections() {
    return collections;
  }

  Delegation delegation() {
    return delegation;
  }

  /** As {@link Pushes#expect}. */
  CompletableFuture<Runnable> expect(Identity identity) {
    return pushes.expect(identity.id());
  }

  /** Completes when a session has what its identity brings it, or cannot have it just now. */
  CompletableFuture<?> settled(Session session) {
    return CompletableFuture.allOf(pushes.settled(session), rooms.memberships().settled(session));
  }

  /**
   * Begins to hear other nodes; the cluster has been told to start. Restores what is kept.
   *
   * @return completes when this node hears all that it must hear to be of use to clients
   */
  CompletableFuture<?> start() {
    CompletableFuture<?> heard =
        CompletableFuture.allOf(mail.start(), pushes.start(), otherProtocols.start());
    records.start();
    delegation.start();
    return heard;
  }

  /** Ends what applications still listen to, and hands stores what they do not have yet. */
  void close(Duration timeout) {
    rooms.close();
    identities.close();
    long begunNanos = scheduler.nanoTime();
    channels.close(timeout);
    records.close(left(timeout, begunNanos));
    delegation.close(left(timeout, begunNanos)); // last: Redis may be away, stores are not Redis
  }

  private Duration left(Duration timeout, long begunNanos) {
    Duration left = timeout.minusNanos(scheduler.nanoTime() - begunNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
