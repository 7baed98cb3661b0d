// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import io.meshrt.server.internal.attendance.Attendance.Settings;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.execution.Repairs;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that this node is a member for a name while it has something there. One change is
 * under way at a time; it is repeated until it is as it ought to be.
 */
final class NodeMembership {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final String name;
  private final Supplier<@Nullable Stake> wanted;
  private final Settings settings;
  private final Cluster cluster;
  private final Scheduler scheduler;
  private final Repairs repairs;
  private final Supplier<CompletableFuture<@Nullable Void>> check;
  private final Runnable onOver;

  // Guarded by this. What the cluster has; null while this node is no member.
  private @Nullable Stake held;

  /** Whether {@link #held} may be wrong: nobody knows how the last change went. */
  private boolean doubtful;

  private boolean waiting;
  private boolean changing;
  private boolean again;

  /**
   * Not a member.
   *
   * @param wanted what this node has there, null for nothing
   * @param check compares what was told with what is, after each coming and going
   * @param onOver called when it may be {@linkplain #isIdle idle}
   */
  NodeMembership(
      String name,
      Supplier<@Nullable Stake> wanted,
      Settings settings,
      Cluster cluster,
      Scheduler scheduler,
      Repairs repairs,
      Supplier<CompletableFuture<@Nullable Void>> check,
      Runnable onOver) {
    this.name = name;
    this.wanted = wanted;
    this.settings = settings;
    this.cluster = cluster;
    this.scheduler = scheduler;
    this.repairs = repairs;
    this.check = check;
    this.onOver = onOver;
  }

  /** Looks what is wanted after a while, which is longer before it leaves. */
  void changeLater() {
    changeAfter(wanted.get() != null ? settings.debounce() : settings.linger());
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
    return held == null && !doubtful && !waiting && !changing;
  }

  private void changeAfter(Duration delay) {
    synchronized (this) {
      if (waiting) {
        return;
      }
      waiting = true;
    }
    scheduler.schedule(this::begin, delay);
  }

  private void begin() {
    synchronized (this) {
      waiting = false;
      if (changing) {
        again = true;
        return;
      }
      changing = true;
      again = false;
    }
    repairs.submit(this::change);
  }

  private CompletableFuture<?> change() {
    Stake now = wanted.get();
    boolean necessary;
    boolean checked;
    synchronized (this) {
      checked = (now == null) != (held == null) || doubtful;
      necessary = checked || !Stake.isSame(now, held);
      held = now;
      doubtful = false;
    }
    CompletableFuture<?> changed =
        necessary ? become(now) : CompletableFuture.completedFuture(null);
    return changed
        .thenCompose(done -> checked ? check.get() : CompletableFuture.completedFuture(null))
        .handle(
            (done, failure) -> {
              onChanged(failure);
              return null;
            });
  }

  private CompletableFuture<Boolean> become(@Nullable Stake now) {
    String node = cluster.self().name();
    Topic group = settings.layout().group(name);
    String member = settings.layout().member(name, node);
    return now == null
        ? cluster.members().leave(group, member)
        : cluster.members().join(group, member, now.value());
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
