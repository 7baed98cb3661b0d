// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.command.Commands;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.Exposures;
import io.meshrt.server.internal.hub.SubscriptionCounts;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.MetadataReader;
import io.meshrt.server.internal.roster.Roster;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import io.meshrt.server.presence.Presence;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.server.presence.PresentMember;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Presence of tracked rooms, for applications and clients. Thread-safe, never blocks.
 *
 * <p>Who is present is who is in the group of the room; what a member says about itself is its
 * value there, which only the node that holds its connection changes.
 */
public final class PresenceFeature implements Presence, SessionListener {
  private final Exposures<PresenceOptions> tracked;
  private final Cluster cluster;
  private final JsonValues json;
  private final HandlerThreads threads;
  private final OwnStates ownStates;
  private final TimesToLive timesToLive;
  private final MemberStates memberStates;
  private final PresenceRooms rooms;
  private final Subscriptions subscriptions;
  private final PresenceCommands commands;
  private final StateLimit limit;

  /**
   * What does not change while the server lives.
   *
   * @param maxStateBytes largest state, as JSON
   * @param legacyGrace how long pushes are held behind the reply to a legacy subscriber; zero: not
   * @param linger how long a room is followed when nobody of this node hears of it any more
   */
  public record Settings(int maxStateBytes, Duration legacyGrace, Duration linger) {
    /** 8 KiB, 20 ms, 10 s. */
    public static Settings defaults() {
      return new Settings(8 * 1024, Duration.ofMillis(20), Duration.ofSeconds(10));
    }
  }

  /**
   * What presence needs of its node.
   *
   * @param tracked the rooms that are tracked, and how
   * @param subscriptions counts those of all features
   * @param sessions finds the open sessions of this node by id
   */
  public record Neighbours(
      Cluster cluster,
      Roster roster,
      NodeMail mail,
      Exposures<PresenceOptions> tracked,
      SubscriptionCounts subscriptions,
      Function<String, Optional<Session>> sessions) {}

  /** Nothing is tracked that {@code neighbours} do not track; before the mail is started. */
  public PresenceFeature(
      Settings settings,
      Neighbours neighbours,
      JsonValues json,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.tracked = neighbours.tracked();
    this.cluster = neighbours.cluster();
    this.json = json;
    this.threads = threads;
    this.limit = new StateLimit(settings.maxStateBytes(), metrics);
    this.ownStates = new OwnStates(neighbours.roster()::change, scheduler);
    this.timesToLive = new TimesToLive(ownStates, scheduler);
    this.memberStates = new MemberStates(ownStates, neighbours.mail(), neighbours.sessions());
    this.rooms = new PresenceRooms(cluster, scheduler, settings.linger());
    this.subscriptions = new Subscriptions(rooms, neighbours.subscriptions());
    this.commands =
        new PresenceCommands(
            new PresenceRequests(json),
            tracked,
            new Subscribing(
                rooms,
                subscriptions,
                new MetadataReader(cluster.members()),
                scheduler,
                threads::execute,
                settings.legacyGrace()),
            subscriptions,
            ownStates,
            timesToLive,
            cluster.members(),
            limit);
  }

  /** Registers the built-in commands. */
  public void registerIn(Commands commands) {
    this.commands.registerIn(commands);
  }

  /** Tracks the presence of one room; the result ends it. */
  public Runnable track(String room, PresenceOptions options) {
    return tracked.expose(require(room), options.guard().orElse(null), options);
  }

  /** Tracks the presence of all rooms whose whole names match; the result ends it. */
  public Runnable track(Pattern rooms, PresenceOptions options) {
    return tracked.expose(rooms, options.guard().orElse(null), options);
  }

  @Override
  public CompletableFuture<List<PresentMember>> members(String room) {
    return ifTracked(
        room,
        () ->
            cluster
                .members()
                .members(RoomMirror.group(room))
                .thenApplyAsync(snapshot -> present(snapshot.members()), threads::execute));
  }

  @Override
  public CompletableFuture<Optional<JsonNode>> state(String room, String connectionId) {
    return ifTracked(
        room,
        () ->
            cluster
                .members()
                .find(RoomMirror.group(room), List.of(connectionId))
                .thenApplyAsync(
                    found -> present(found).stream().findFirst().flatMap(PresentMember::state),
                    threads::execute));
  }

  @Override
  public CompletableFuture<Boolean> publishState(
      String room, String connectionId, Object state, @Nullable Duration expireAfter) {
    RawJson value = json.encode(state);
    if (value.isNull()) {
      throw new IllegalArgumentException("state: null");
    }
    if (expireAfter != null && expireAfter.toMillis() < 1) {
      throw new IllegalArgumentException("expireAfter: " + expireAfter);
    }
    return ifTracked(
        room,
        () -> {
          limit.check(value);
          return memberStates.set(room, connectionId, value, expireAfter);
        });
  }

  @Override
  public CompletableFuture<Boolean> clearState(String room, String connectionId) {
    return ifTracked(room, () -> memberStates.set(room, connectionId, null, null));
  }

  /** A session of this node joined a room, or was registered in it anew. */
  public void onJoined(Session session, String room) {
    tracked
        .settings(room)
        .flatMap(PresenceOptions::timeToLive)
        .ifPresent(timeToLive -> timesToLive.onJoined(session, room, timeToLive));
  }

  /** A session of this node is in a room no more. */
  public void afterLeave(Session session, String room) {
    timesToLive.onLeft(session, room);
    ownStates.forget(session, room);
  }

  @Override
  public void onPong(Session session) {
    timesToLive.onHeard(session);
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    subscriptions.onClosed(session);
  }

  /** Subscriptions of this node's sessions. */
  int subscriptions() {
    return subscriptions.count();
  }

  /** Rooms this node follows. */
  int followedRooms() {
    return rooms.count();
  }

  private List<PresentMember> present(List<Member> members) {
    return PresenceRoom.present(members).entrySet().stream()
        .map(
            member -> new PresentMember(member.getKey(), member.getValue().state().map(json::tree)))
        .toList();
  }

  /** Does something that may fail at once; its outcome is told on a handler thread. */
  private <T> CompletableFuture<T> ifTracked(String room, Supplier<CompletableFuture<T>> action) {
    require(room);
    if (tracked.settings(room).isEmpty()) {
      return CompletableFuture.failedFuture(
          CommandException.notFound("The presence of this room is not tracked."));
    }
    CompletableFuture<T> result;
    try {
      result = action.get();
    } catch (CommandException e) {
      result = CompletableFuture.failedFuture(e);
    }
    return threads.handOver(result);
  }

  private static String require(String room) {
    String flaw = ApplicationNames.flawOf(room);
    if (flaw != null) {
      throw new IllegalArgumentException("room: " + flaw);
    }
    return room;
  }
}
