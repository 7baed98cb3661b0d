// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.push.Pushes;
import io.meshrt.server.internal.roster.GroupKind;
import io.meshrt.server.internal.session.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rooms as groups: members hear what is sent to them. */
final class RoomGroups implements GroupKind {
  private static final Logger log = LoggerFactory.getLogger(RoomGroups.class);

  private final Pushes pushes;
  private final int maxPerSession;
  private final ToIntFunction<Session> remembered;
  private final List<MembershipListener> listeners = new CopyOnWriteArrayList<>();

  RoomGroups(Pushes pushes, int maxPerSession, ToIntFunction<Session> remembered) {
    this.pushes = pushes;
    this.maxPerSession = maxPerSession;
    this.remembered = remembered;
  }

  void addListener(MembershipListener listener) {
    listeners.add(listener);
  }

  @Override
  public String name() {
    return RoomReader.KIND;
  }

  @Override
  public int maxPerSession() {
    return maxPerSession;
  }

  /** Rooms that are remembered have a limit of their own. */
  @Override
  public int maxPerSession(Session session) {
    return maxPerSession + remembered.applyAsInt(session);
  }

  @Override
  public void onTooMany(Session session) {
    session.services().metrics().limitHit(Limit.ROOMS);
  }

  @Override
  public CompletableFuture<Void> beforeJoin(Session session, Topic group) {
    return pushes.enterRoom(session, group.name());
  }

  @Override
  public void onJoined(Session session, Topic group) {
    tell(() -> listeners.forEach(listener -> listener.onJoined(session, group.name())));
  }

  @Override
  public void afterLeave(Session session, Topic group) {
    pushes.exitRoom(session, group.name());
    tell(() -> listeners.forEach(listener -> listener.afterLeave(session, group.name())));
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      log.error("a listener to memberships failed", e);
    }
  }
}
