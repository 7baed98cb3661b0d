// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.connection.Metadata;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.exposure.Guards;
import io.meshrt.server.internal.membership.MembershipFeature;
import io.meshrt.server.internal.metadata.RoomMetadata;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.push.Exceptions;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.roster.Owners;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.server.room.RoomMember;
import io.meshrt.server.room.RoomSendPolicy;
import io.meshrt.server.room.RoomWatch;
import io.meshrt.server.room.Rooms;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rooms, for applications and clients. Thread-safe, never blocks.
 *
 * <p>A room is a group of the cluster: its members are connections, and what is sent to the room is
 * heard by the nodes that hold some of them.
 */
public final class RoomFeature implements Rooms, AutoCloseable {
  private static final Pattern ANY = Pattern.compile(".*", Pattern.DOTALL);

  /** Not equal to the other, so that a guard of everything comes on top. */
  private static final Pattern OPEN = Pattern.compile("(?s).*");

  private final Neighbours neighbours;
  private final JsonValues json;
  private final Scheduler scheduler;
  private final HandlerThreads threads;
  private final RoomGroups groups;
  private final RoomExposures exposures;
  private final RoomReader reader;
  private final MembershipFeature memberships;
  private final RoomSending sending;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();

  /**
   * What rooms need of their node.
   *
   * @param connectionMetadata by id of the connection
   * @param memberships makes what remembers them of the rooms that clients may join
   */
  public record Neighbours(
      Cluster cluster,
      Roster roster,
      Owners owners,
      Pushes pushes,
      RoomMetadata roomMetadata,
      Function<String, Metadata> connectionMetadata,
      Function<Exposures<Boolean>, MembershipFeature> memberships,
      RoomSending.Observer observer) {}

  /** Nothing is exposed; before the first session. */
  public RoomFeature(
      Neighbours neighbours,
      SubscriptionLimits limits,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      Guards guards) {
    this.neighbours = neighbours;
    this.json = json;
    this.scheduler = scheduler;
    this.threads = threads;
    this.exposures = RoomExposures.none(guards);
    this.memberships = neighbours.memberships().apply(exposures.rooms());
    this.groups = new RoomGroups(neighbours.pushes(), limits.maxRooms(), memberships::count);
    this.sending =
        new RoomSending(
            new Exposures<>(guards), neighbours.pushes(), this::isIn, json, neighbours.observer());
    this.reader = new RoomReader(neighbours.cluster().members());
    neighbours.roster().addKind(groups);
    neighbours.pushes().onCleared(room -> neighbours.roster().recheckSoon(RoomMirror.group(room)));
  }

  /** Registers the built-in commands. */
  public void registerIn(Commands commands) {
    new RoomCommands(
            exposures,
            neighbours.roster(),
            neighbours.roomMetadata()::of,
            neighbours.connectionMetadata(),
            json)
        .registerIn(commands);
    new MembershipCommands(exposures, neighbours.roster(), memberships, reader, threads, json)
        .registerIn(commands);
    sending.registerIn(commands);
  }

  private boolean isIn(Session session, String room) {
    return neighbours.roster().groups(session, RoomReader.KIND).contains(RoomMirror.group(room));
  }

  /** What clients may do with rooms, for those who speak another protocol. */
  public ClientRooms forClients() {
    return new ClientRooms(exposures, neighbours.roster(), memberships, sending);
  }

  /** What remembers memberships. */
  public MembershipFeature memberships() {
    return memberships;
  }

  /** Lets clients send to the rooms whose whole names match; the result ends it. */
  public Runnable exposeMessages(Pattern rooms, RoomSendPolicy policy) {
    return sending.expose(rooms, policy);
  }

  @Override
  public CompletableFuture<Boolean> addMember(String room, String identity) {
    if (!memberships.isPersistent(require(room))) {
      throw new IllegalArgumentException("room: not persistent");
    }
    return memberships.desk().addMember(room, identity);
  }

  @Override
  public CompletableFuture<Boolean> removeMember(String room, String identity) {
    return memberships.desk().removeMember(room, identity);
  }

  @Override
  public CompletableFuture<Set<String>> roomsOfIdentity(String identity) {
    return memberships.desk().roomsOfIdentity(identity);
  }

  /** Adds a listener to the memberships of this node's sessions; before the first session. */
  public void addListener(MembershipListener listener) {
    groups.addListener(listener);
  }

  /** Lets clients join a room; the result ends it. */
  public Runnable exposeRoom(String room, @Nullable Guard guard) {
    return exposures.rooms().expose(require(room), guard, true);
  }

  /** Lets clients join the rooms whose whole names match; the result ends it. */
  public Runnable exposeRoom(Pattern rooms, @Nullable Guard guard) {
    return exposures.rooms().expose(rooms, guard, true);
  }

  /** Lets clients read the metadata of a room; the result ends it. */
  public Runnable exposeRoomMetadata(String room, @Nullable Guard guard) {
    return exposures.roomMetadata().expose(require(room), guard, true);
  }

  /** Lets clients read the metadata of the rooms whose whole names match; the result ends it. */
  public Runnable exposeRoomMetadata(Pattern rooms, @Nullable Guard guard) {
    return exposures.roomMetadata().expose(rooms, guard, true);
  }

  /**
   * Lets clients read the metadata of other connections; the guard is asked with the id of the
   * other one. The result ends it.
   */
  public Runnable exposeConnectionMetadata(@Nullable Guard guard) {
    return any(exposures.connectionMetadata(), guard);
  }

  /** Lets clients write their own metadata; the result ends it. */
  public Runnable exposeOwnMetadataWrites(@Nullable Guard guard) {
    return any(exposures.ownMetadata(), guard);
  }

  /**
   * Lets all clients join rooms, read metadata and write their own, as far as no guard refuses: all
   * guards of what matches are asked.
   */
  public void openToAll() {
    exposures.all().forEach(kind -> kind.expose(OPEN, null, true));
  }

  private static Runnable any(Exposures<Boolean> exposures, @Nullable Guard guard) {
    return exposures.expose(ANY, guard, true);
  }

  @Override
  public CompletableFuture<Boolean> join(String room, String connectionId) {
    return of(room, () -> neighbours.owners().join(connectionId, RoomMirror.group(room)));
  }

  @Override
  public CompletableFuture<Boolean> leave(String room, String connectionId) {
    return of(room, () -> neighbours.owners().leave(connectionId, RoomMirror.group(room)));
  }

  @Override
  public CompletableFuture<Set<String>> leaveAll(String connectionId) {
    return threads.handOver(
        neighbours.owners().leaveAll(connectionId, RoomReader.KIND).thenApply(RoomReader::names));
  }

  @Override
  public CompletableFuture<List<RoomMember>> members(String room) {
    return of(
        room,
        () ->
            reader.present(room).thenApply(present -> present.stream().map(this::member).toList()));
  }

  private RoomMember member(RoomReader.Present present) {
    String node = present.member().owner().name();
    return new RoomMember(present.id(), node, Optional.ofNullable(tree(present)));
  }

  private @Nullable JsonNode tree(RoomReader.Present present) {
    return present.metadata() == null ? null : json.tree(present.metadata());
  }

  @Override
  public CompletableFuture<Set<String>> memberIds(String room) {
    return of(room, () -> reader.memberIds(room));
  }

  @Override
  public CompletableFuture<Boolean> isMember(String room, String connectionId) {
    return of(room, () -> reader.isMember(room, connectionId));
  }

  @Override
  public CompletableFuture<Set<String>> roomsOf(String connectionId) {
    return threads.handOver(
        neighbours.owners().groups(connectionId, RoomReader.KIND).thenApply(RoomReader::names));
  }

  @Override
  public CompletableFuture<Boolean> exists(String room) {
    return of(room, () -> reader.members(room).thenApply(members -> !members.isEmpty()));
  }

  @Override
  public CompletableFuture<Set<String>> list() {
    return threads.handOver(reader.rooms());
  }

  @Override
  public CompletableFuture<Set<String>> clear(String room) {
    return of(
        room,
        () ->
            removeMembers(room)
                .thenCombine(
                    neighbours.roomMetadata().of(room).remove(), (members, done) -> members));
  }

  @Override
  public CompletableFuture<Set<String>> clearMembers(String room) {
    return of(room, () -> removeMembers(room));
  }

  /**
   * Done when the removed hear nothing more. Announced even if nobody was there: a first attempt
   * may have been cut short.
   */
  private CompletableFuture<Set<String>> removeMembers(String room) {
    Topic group = RoomMirror.group(room);
    return neighbours
        .cluster()
        .members()
        .clear(group)
        .thenCompose(
            removed ->
                neighbours
                    .pushes()
                    .announceCleared(room)
                    .thenCompose(done -> neighbours.owners().forgetRemoved(removed, group))
                    .thenApply(done -> removed));
  }

  @Override
  public CompletableFuture<Void> broadcast(
      String room, String name, @Nullable Object payload, String... exceptIds) {
    return of(
        room,
        () -> {
          Set<String> except = Exceptions.of(List.of(exceptIds), Set.of());
          byte[] frame = neighbours.pushes().encode(name, payload);
          return neighbours.pushes().toRoom(room, frame, except);
        });
  }

  @Override
  public Metadata metadata(String room) {
    return neighbours.roomMetadata().of(require(room));
  }

  @Override
  public CompletableFuture<Map<String, JsonNode>> allMetadata() {
    return threads.handOver(neighbours.roomMetadata().all());
  }

  @Override
  public CompletableFuture<Map<String, @Nullable JsonNode>> metadataOfMembers(String room) {
    return of(room, () -> reader.present(room).thenApply(this::metadataById));
  }

  private Map<String, @Nullable JsonNode> metadataById(List<RoomReader.Present> present) {
    Map<String, @Nullable JsonNode> metadata = new HashMap<>();
    present.forEach(member -> metadata.put(member.id(), tree(member)));
    return metadata;
  }

  @Override
  public CompletableFuture<RoomWatch> watch(String room, Consumer<? super RoomEvent> listener) {
    Objects.requireNonNull(listener, "listener");
    return of(
        room,
        () -> {
          Watcher watcher =
              new Watcher(
                  neighbours.cluster(), scheduler, threads, room, listener, watchers::remove);
          watchers.add(watcher);
          return watcher.start();
        });
  }

  /** Ends all watches. */
  @Override
  public void close() {
    List.copyOf(watchers).forEach(Watcher::close);
  }

  /** Asks about a room with a name that may be one; the answer is given on handler threads. */
  private <T extends @Nullable Object> CompletableFuture<T> of(
      String room, Supplier<CompletableFuture<T>> question) {
    try {
      require(room);
      return threads.handOver(question.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static String require(String room) {
    String flaw = ApplicationNames.flawOf(room);
    if (flaw != null) {
      throw new IllegalArgumentException("room: " + flaw);
    }
    return room;
  }
}
