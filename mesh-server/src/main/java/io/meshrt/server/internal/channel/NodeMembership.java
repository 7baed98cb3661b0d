// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that this node is a member of a channel's group while it has subscribers there. One
 * change is under way at a time; it is repeated until it is as it ought to be.
 */
final class NodeMembership {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Topic group;
  private final String channel;
  private final BooleanSupplier wanted;
  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Announcements announcements;
  private final Runnable onOver;

  // Guarded by this.
  private boolean member;
  private boolean waiting;
  private boolean changing;
  private boolean again;

  /**
   * Not a member.
   *
   * @param wanted whether it ought to be one
   * @param onOver called when it is none and nothing is under way
   */
  NodeMembership(
      String channel,
      BooleanSupplier wanted,
      Cluster cluster,
      Scheduler scheduler,
      Announcements announcements,
      Runnable onOver) {
    this.channel = channel;
    this.group = Announcements.group(channel);
    this.wanted = wanted;
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.announcements = announcements;
    this.onOver = onOver;
  }

  /** Looks what is wanted after a while. */
  void changeLater() {
    changeAfter(SubscriberHooks.DEBOUNCE);
  }

  /** The cluster has forgotten, or will forget, that this node is a member. */
  void joinAgain() {
    synchronized (this) {
      member = false;
    }
    changeAfter(Duration.ZERO);
  }

  private void changeAfter(Duration delay) {
    synchronized (this) {
      if (waiting) {
        return;
      }
      waiting = true;
    }
    scheduler.schedule(this::change, delay);
  }

  private void change() {
    boolean join;
    synchronized (this) {
      waiting = false;
      if (changing) {
        again = true;
        return;
      }
      join = wanted.getAsBoolean();
      if (join == member) {
        if (!join) {
          onOver.run();
        }
        return;
      }
      changing = true;
      again = false;
    }
    Members members = cluster.members();
    String node = cluster.self().name();
    CompletableFuture<Boolean> changed =
        join ? members.join(group, node, null) : members.leave(group, node);
    CompletableFuture<?> unused =
        changed
            .thenCompose(done -> announcements.check(channel))
            .whenComplete((done, failure) -> onChanged(join, failure));
  }

  private void onChanged(boolean joined, @Nullable Throwable failure) {
    boolean repeat;
    synchronized (this) {
      changing = false;
      if (failure == null && !again) {
        member = joined;
      }
      repeat = again || failure != null || wanted.getAsBoolean() != joined;
    }
    if (repeat) {
      changeAfter(failure == null ? SubscriberHooks.DEBOUNCE : RETRY);
    } else if (!joined) {
      onOver.run();
    }
  }
}
