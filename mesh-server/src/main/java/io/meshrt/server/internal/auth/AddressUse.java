// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.server.connection.AddressLimits;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Counts what each address has: its connections, upgrades under way among them, and how fast it
 * asks for more. Thread-safe. While nothing is limited it counts nothing.
 *
 * <p>An address is forgotten once it has no connection and could ask at full rate again, at the
 * latest when {@value #SWEEP_EVERY} upgrades have come since.
 */
public final class AddressUse implements SessionListener {
  private static final int SWEEP_EVERY = 1024;
  private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  private final AddressLimits limits;
  private final Scheduler scheduler;
  private final ConcurrentHashMap<String, Use> uses = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  /** Nobody has anything yet. */
  public AddressUse(AddressLimits limits, Scheduler scheduler) {
    this.limits = limits;
    this.scheduler = scheduler;
  }

  /**
   * Takes a place for a connection of this address; to be given back with {@link #release}.
   *
   * @return the limit that stands against it; null when the place is taken
   */
  @Nullable Limit acquire(String address) {
    if (!limits.areOn()) {
      return null;
    }
    long now = scheduler.nanoTime();
    if (asked.incrementAndGet() % SWEEP_EVERY == 0) {
      uses.values().removeIf(use -> isForgettable(use, now));
    }
    AtomicReference<@Nullable Limit> hit = new AtomicReference<>();
    uses.compute(
        address,
        (ignored, known) -> {
          Use use = known == null ? new Use(0, limits.maxUpgradesPerSecond(), now) : known;
          double tokens = tokensAt(use, now);
          hit.set(limitAgainst(use, tokens));
          return hit.get() == null
              ? new Use(use.connections + 1, Math.max(0, tokens - 1), now)
              : new Use(use.connections, tokens, now);
        });
    return hit.get();
  }

  /** Gives a place back. */
  void release(String address) {
    if (limits.areOn()) {
      long now = scheduler.nanoTime();
      uses.computeIfPresent(
          address,
          (ignored, use) -> {
            Use left = new Use(use.connections - 1, use.tokens, use.atNanos);
            return isForgettable(left, now) ? null : left;
          });
    }
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    release(session.remoteAddress());
  }

  /** Addresses that are remembered. */
  int size() {
    return uses.size();
  }

  private @Nullable Limit limitAgainst(Use use, double tokens) {
    if (limits.maxConnections() > 0 && use.connections >= limits.maxConnections()) {
      return Limit.ADDRESS_CONNECTIONS;
    }
    if (limits.maxUpgradesPerSecond() > 0 && tokens < 1) {
      return Limit.ADDRESS_UPGRADES;
    }
    return null;
  }

  private double tokensAt(Use use, long now) {
    double gained = (double) (now - use.atNanos) / NANOS_PER_SECOND * limits.maxUpgradesPerSecond();
    return Math.min(limits.maxUpgradesPerSecond(), use.tokens + gained);
  }

  private boolean isForgettable(Use use, long now) {
    return use.connections == 0 && tokensAt(use, now) >= limits.maxUpgradesPerSecond();
  }

  private record Use(int connections, double tokens, long atNanos) {}
}
