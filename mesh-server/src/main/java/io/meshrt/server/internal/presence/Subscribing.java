// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.command.Answer;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.roster.MetadataReader;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Makes sessions subscribers: their snapshot holds everything that happened before they asked, and
 * they are told of everything after it, once, behind the reply.
 */
final class Subscribing {
  private final PresenceRooms rooms;
  private final Subscriptions subscriptions;
  private final MetadataReader metadata;
  private final Scheduler scheduler;
  private final Executor executor;
  private final Duration grace;

  /**
   * Nobody subscribes yet.
   *
   * @param executor what follows an answer of the cluster runs there
   * @param grace how long pushes are held behind the reply for clients that would miss them
   */
  Subscribing(
      PresenceRooms rooms,
      Subscriptions subscriptions,
      MetadataReader metadata,
      Scheduler scheduler,
      Executor executor,
      Duration grace) {
    this.rooms = rooms;
    this.subscriptions = subscriptions;
    this.metadata = metadata;
    this.scheduler = scheduler;
    this.executor = executor;
    this.grace = grace;
  }

  /** Subscribes, in the place of what the session has. */
  CompletionStage<Answer> subscribe(Session session, Generation generation, String name) {
    boolean reserved = subscriptions.reserve(session, name);
    PresenceRoom room = rooms.take(name);
    PresenceSubscriber subscriber = new PresenceSubscriber(session, generation, room);
    return room.caughtUp()
        .thenComposeAsync(caughtUp -> room.present(), executor)
        .thenComposeAsync(present -> know(present.keySet()), executor)
        .thenComposeAsync(known -> room.add(subscriber).thenApply(added -> known), executor)
        .whenComplete((known, failure) -> giveUpIf(failure != null, subscriber, reserved))
        .thenComposeAsync(known -> begin(subscriber, known, reserved), executor);
  }

  private void giveUpIf(boolean failed, PresenceSubscriber subscriber, boolean reserved) {
    if (failed) {
      rooms.release(subscriber.room());
      if (reserved) {
        subscriptions.giveBack(subscriber.session());
      }
    }
  }

  private CompletableFuture<Answer> begin(
      PresenceSubscriber subscriber, Known known, boolean reserved) {
    subscriptions.put(subscriber, reserved);
    return subscriber
        .room()
        .begin(subscriber)
        .thenComposeAsync(present -> complete(known, present), executor)
        .thenApply(payload -> answer(subscriber, payload))
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                CompletableFuture<?> unused = subscriptions.end(subscriber);
              }
            });
  }

  private CompletableFuture<Known> know(Set<String> ids) {
    return metadata.of(ids).thenApply(found -> new Known(ids, found));
  }

  /** The payload, when the metadata of those who came meanwhile is known too. */
  private CompletableFuture<RawJson> complete(Known known, Map<String, PresenceValue> present) {
    Set<String> others = new HashSet<>(present.keySet());
    others.removeAll(known.ids);
    if (others.isEmpty()) {
      return CompletableFuture.completedFuture(PresenceJson.members(present, known.metadata));
    }
    return metadata
        .of(others)
        .thenApply(
            found -> {
              found.putAll(known.metadata);
              return PresenceJson.members(present, found);
            });
  }

  private Answer answer(PresenceSubscriber subscriber, RawJson payload) {
    if (payload.length()
        > subscriber.session().services().connectionLimits().maxOutboxBytes() / 2) {
      throw new CommandException(ErrorCode.TOO_LARGE, "The room is too large to be told at once.");
    }
    return new Answer(payload, sent -> afterReply(subscriber, sent));
  }

  private void afterReply(PresenceSubscriber subscriber, boolean sent) {
    if (!sent) {
      CompletableFuture<?> unused = subscriptions.end(subscriber);
    } else if (subscriber.generation().registersAfterReply() && !grace.isZero()) {
      scheduler.schedule(subscriber::release, grace);
    } else {
      subscriber.release();
    }
  }

  /** Metadata that was found for those ids that were asked for. */
  private record Known(Set<String> ids, Map<String, RawJson> metadata) {}
}
