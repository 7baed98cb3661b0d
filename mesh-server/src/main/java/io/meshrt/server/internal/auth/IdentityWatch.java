// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.auth;

import io.meshrt.core.protocol.CloseCode;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.schedule.Scheduler.Timer;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.SessionListener;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections (4501) whose identity has expired, or that have none in time where one is
 * required. Only those that can be closed for this have a timer.
 */
public final class IdentityWatch implements SessionListener {
  /** Wall clocks get set, so a far end is looked at again before it comes. */
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final AuthenticationOptions options;
  private final Scheduler scheduler;
  private final ConcurrentMap<Session, Timer> timers = new ConcurrentHashMap<>();

  /** Watches nobody yet. */
  public IdentityWatch(AuthenticationOptions options, Scheduler scheduler) {
    this.options = options;
    this.scheduler = scheduler;
  }

  @Override
  public void onOpened(Session session) {
    if (session.identity().isPresent()) {
      watch(session);
    } else if (options.required()) {
      start(session, options.firstMessageTimeout());
    }
  }

  @Override
  public void onIdentified(Session session, Identity identity) {
    watch(session);
  }

  @Override
  public void onClosed(Session session, int code, String reason, boolean byPeer) {
    cancel(timers.remove(session));
  }

  /**
   * Until nobody refreshed the identity meanwhile: the timer that stays belongs to the last one.
   */
  private void watch(Session session) {
    Optional<Identity> seen;
    do {
      seen = session.identity();
      Optional<Instant> end = seen.flatMap(Identity::expiresAt);
      if (end.isPresent()) {
        Duration left = Duration.between(now(), end.get());
        start(session, left.compareTo(LONGEST_WAIT) < 0 ? left : LONGEST_WAIT);
      } else {
        cancel(timers.remove(session));
      }
    } while (!seen.equals(session.identity()));
  }

  private void start(Session session, Duration delay) {
    Duration notNegative = delay.isNegative() ? Duration.ZERO : delay;
    cancel(timers.put(session, scheduler.schedule(() -> look(session), notNegative)));
    if (!session.isOpen()) {
      cancel(timers.remove(session));
    }
  }

  private void look(Session session) {
    Identity identity = session.identity().orElse(null);
    if (identity == null) {
      session.services().metrics().limitHit(Limit.AUTHENTICATION_DEADLINE);
      session.close(CloseCode.CREDENTIALS_EXPIRED.code(), "not authenticated in time");
    } else if (identity.expiresAt().filter(end -> !end.isAfter(now())).isPresent()) {
      session.close(CloseCode.CREDENTIALS_EXPIRED.code(), "credentials expired");
    } else {
      watch(session);
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(scheduler.currentTimeMillis());
  }

  private static void cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
  }
}
