// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.hub;

import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * How many subscriptions each session has, of all features together. Thread-safe, never blocks.
 *
 * <p>A feature takes a place before it subscribes and gives it back when the subscription is over,
 * also when that is because the session closed.
 */
public final class SubscriptionCounts {
  private final int maxPerSession;
  private final ServerMetrics metrics;
  private final ConcurrentMap<Session, Integer> counts = new ConcurrentHashMap<>();

  /** Nobody has subscribed. */
  public SubscriptionCounts(int maxPerSession, ServerMetrics metrics) {
    this.maxPerSession = maxPerSession;
    this.metrics = metrics;
  }

  /** Takes a place for one more; false, counted as a hit of the limit, when there is none left. */
  public boolean tryTake(Session session) {
    int before = of(session);
    while (before < maxPerSession) {
      if (change(session, before, before + 1)) {
        return true;
      }
      before = of(session);
    }
    metrics.limitHit(Limit.SUBSCRIPTIONS);
    return false;
  }

  /** Gives back a place that was taken. */
  public void release(Session session) {
    counts.computeIfPresent(session, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Places a session has taken. */
  public int of(Session session) {
    return counts.getOrDefault(session, 0);
  }

  /** Sessions that have taken places. */
  public int sessions() {
    return counts.size();
  }

  private boolean change(Session session, int before, int after) {
    @Nullable Integer unexpected = before == 0 ? counts.putIfAbsent(session, after) : null;
    return before == 0 ? unexpected == null : counts.replace(session, before, after);
  }
}
