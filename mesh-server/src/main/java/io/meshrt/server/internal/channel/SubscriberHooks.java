// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.attendance.Attendance;
import io.meshrt.server.internal.attendance.Layout;
import io.meshrt.server.internal.attendance.Stake;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.exposure.BoundedText;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners of the first and the last subscriber of channels on all nodes. Costs nothing
 * while there are no listeners. Thread-safe, never blocks.
 */
final class SubscriberHooks implements Attendance.Subject {
  /** Each node is a member of the group of a channel while it has subscribers there. */
  static final Layout LAYOUT = Layout.groupForEach("channel.nodes", "channel.told");

  private static final Attendance.Settings SETTINGS =
      new Attendance.Settings(
          LAYOUT, Duration.ofMillis(200), Duration.ofMillis(600), Duration.ofSeconds(10));

  private static final Logger log = LoggerFactory.getLogger(SubscriberHooks.class);

  private final Predicate<String> hasSubscribers;
  private final Attendance attendance;
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();

  /**
   * Nobody listens.
   *
   * @param hasSubscribers whether sessions of this node are subscribed to a channel
   */
  SubscriberHooks(
      Predicate<String> hasSubscribers,
      Cluster cluster,
      Scheduler scheduler,
      HandlerThreads threads) {
    this.hasSubscribers = hasSubscribers;
    this.attendance = new Attendance(this, SETTINGS, cluster, scheduler, threads);
  }

  /**
   * Adds a listener.
   *
   * @param first whether it is told of the first subscribers, or of the last
   * @param channels those of this node that have subscribers already
   */
  Runnable add(
      Pattern pattern, boolean first, Consumer<? super String> listener, List<String> channels) {
    Hook hook = new Hook(pattern, first, listener);
    hooks.add(hook);
    attendance.tell(channels);
    return () -> remove(hook);
  }

  private void remove(Hook hook) {
    hooks.remove(hook);
    attendance.onChange();
  }

  /** Sessions of this node came to a channel, or left it. */
  void onChange(String channel) {
    attendance.onChange(channel);
  }

  @Override
  public @Nullable Stake stake(String channel) {
    return hasHook(channel) && hasSubscribers.test(channel) ? Stake.PLAIN : null;
  }

  private boolean hasHook(String channel) {
    return hooks.stream().anyMatch(hook -> hook.matches(channel));
  }

  /** Tells nothing any more. */
  void close() {
    attendance.close();
  }

  @Override
  public void onChange(String channel, boolean first) {
    for (Hook hook : hooks) {
      if (hook.first == first && hook.matches(channel)) {
        try {
          hook.listener.accept(channel);
        } catch (Throwable e) {
          log.error("a listener for the subscribers of channels failed", e);
        }
      }
    }
  }

  private record Hook(Pattern pattern, boolean first, Consumer<? super String> listener) {
    boolean matches(String channel) {
      return BoundedText.match(pattern, channel) == BoundedText.Match.YES;
    }
  }
}
