// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

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
  private final Members members;
  private final String node;
  private final Scheduler scheduler;
  private final Announcements announcements;
  private final Runnable onOver;

  // Guarded by this.
  private boolean member;

  /** Whether {@link #member} may be wrong: nobody knows how the last change went. */
  private boolean doubtful;

  private boolean waiting;
  private boolean changing;
  private boolean again;

  /**
   * Not a member.
   *
   * @param wanted whether it ought to be one
   * @param node name of this node
   * @param onOver called when it may be {@linkplain #isIdle idle}
   */
  NodeMembership(
      String channel,
      BooleanSupplier wanted,
      Members members,
      String node,
      Scheduler scheduler,
      Announcements announcements,
      Runnable onOver) {
    this.channel = channel;
    this.group = Announcements.group(channel);
    this.wanted = wanted;
    this.members = members;
    this.node = node;
    this.scheduler = scheduler;
    this.announcements = announcements;
    this.onOver = onOver;
  }

  /** Looks what is wanted after a while, which is longer before it leaves. */
  void changeLater() {
    changeAfter(wanted.getAsBoolean() ? SubscriberHooks.DEBOUNCE : SubscriberHooks.LINGER);
  }

  /** The cluster has forgotten, or will forget, that this node is a member. */
  void joinAgain() {
    synchronized (this) {
      doubtful = true;
    }
    changeAfter(Duration.ZERO);
  }

  /** Whether it is no member and nothing is under way. */
  synchronized boolean isIdle() {
    return !member && !doubtful && !waiting && !changing;
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
    synchronized (this) {
      waiting = false;
      if (changing) {
        again = true;
        return;
      }
      changing = true;
      again = false;
    }
    boolean join = wanted.getAsBoolean();
    boolean necessary;
    synchronized (this) {
      necessary = join != member || doubtful;
      member = join;
      doubtful = false;
    }
    if (necessary) {
      change(join);
    } else {
      onChanged(null);
    }
  }

  private void change(boolean join) {
    CompletableFuture<Boolean> changed =
        join ? members.join(group, node, null) : members.leave(group, node);
    CompletableFuture<?> unused =
        changed
            .thenCompose(done -> announcements.check(channel))
            .whenComplete((done, failure) -> onChanged(failure));
  }

  private void onChanged(@Nullable Throwable failure) {
    boolean repeat;
    synchronized (this) {
      changing = false;
      doubtful |= failure != null;
      repeat = doubtful || again;
    }
    if (!repeat) {
      onOver.run();
    } else if (failure == null) {
      changeLater();
    } else {
      changeAfter(RETRY);
    }
  }
}
