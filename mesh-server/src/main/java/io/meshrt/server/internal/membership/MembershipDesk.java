// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.membership.Kept.By;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.room.Memberships;
import io.meshrt.server.room.PersistentRoomOptions;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Memberships of identities, for whoever can ask the cluster. Thread-safe, never blocks. */
public final class MembershipDesk implements Memberships {
  private final KeptRooms kept;
  private final HandlerThreads threads;

  /** Asks this cluster. */
  public MembershipDesk(
      Cluster cluster,
      PersistentRoomOptions options,
      Scheduler scheduler,
      HandlerThreads threads,
      ServerMetrics metrics) {
    this.kept = new KeptRooms(cluster, options, scheduler, metrics);
    this.threads = threads;
  }

  KeptRooms kept() {
    return kept;
  }

  @Override
  public CompletableFuture<Boolean> addMember(String room, String identity) {
    String checked = require(room);
    return ask(identity, key -> kept.add(key, checked, By.SERVER));
  }

  @Override
  public CompletableFuture<Boolean> removeMember(String room, String identity) {
    String checked = require(room);
    return ask(identity, key -> kept.remove(key, checked));
  }

  @Override
  public CompletableFuture<Set<String>> roomsOfIdentity(String identity) {
    return ask(
        identity,
        key -> kept.read(key).thenApply(found -> found.orElse(Kept.NOTHING).rooms().keySet()));
  }

  private <T> CompletableFuture<T> ask(
      String identity, Function<Key, CompletableFuture<T>> question) {
    return threads.handOver(question.apply(Key.ofIdentity(Identity.of(identity).id())));
  }

  private static String require(String room) {
    String flaw = ApplicationNames.flawOf(room);
    if (flaw != null) {
      throw new IllegalArgumentException("room: " + flaw);
    }
    return room;
  }
}
