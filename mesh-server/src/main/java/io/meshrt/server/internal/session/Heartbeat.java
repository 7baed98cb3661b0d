// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.core.protocol.CloseCode;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.dialect.Pulse;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the peer is alive and how far away, on one timer, at fixed rates and as the
 * {@link Pulse} of its dialect says.
 *
 * <p>Owned by the session's I/O thread; only {@link #latency} is read by others.
 */
final class Heartbeat implements Runnable {
  private final Session session;
  private final HeartbeatOptions options;
  private final Pulse pulse;
  private final MissedPongs missedPongs;
  private Scheduler.@Nullable Timer timer;
  private long pingDueNanos;
  private long latencyDueNanos;

  /** What the last measuring ping carried; a later pong with the same value measures. */
  private long pingTime = -1;

  /**
   * Latency requests, or measuring pings, without a response; responses come in order, so the last
   * belongs to the last.
   */
  private int latencyRequests;

  /** When the last measuring ping or latency request was sent. */
  private long measuringSinceNanos;

  /** -1 before the first measurement. */
  private volatile long latencyNanos = -1;

  Heartbeat(Session session) {
    this.session = session;
    this.options = session.dialect().heartbeat(session.services().heartbeat());
    this.pulse = session.dialect().pulse();
    this.missedPongs = new MissedPongs(options.maxMissedPongs());
  }

  /** Begins, once. */
  void start() {
    long now = scheduler().nanoTime();
    latencyDueNanos = now + options.latencyInterval().toNanos();
    pingDueNanos = now + (pulse == Pulse.LATENCY_APART ? pingNanos() / 2 : pingNanos());
    if (pulse == Pulse.MEASURING) {
      sendPing(now);
    }
    schedule(now);
  }

  void stop() {
    if (timer != null) {
      timer.cancel();
    }
  }

  /**
   * The peer answered a ping.
   *
   * @param time what the pong says the ping carried, -1 when it does not say
   */
  void onPong(long time) {
    missedPongs.onPong();
    if (pulse == Pulse.MEASURING_IN_ORDER) {
      onLatencyResponse();
    } else if (time >= 0 && time == pingTime) {
      pingTime = -1;
      measured();
    }
  }

  /** The peer answered a latency request. */
  void onLatencyResponse() {
    if (latencyRequests > 0 && --latencyRequests == 0) {
      measured();
    }
  }

  /** The server stopped reading: pongs may come and wait unread. */
  void onReadsPaused() {
    missedPongs.excuse();
  }

  /** Last measured round trip. Any thread. */
  Optional<Duration> latency() {
    long nanos = latencyNanos;
    return nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  /** The timer's task, on the timer thread. */
  @Override
  public void run() {
    session.loop().execute(this::tick);
  }

  private void tick() {
    if (!session.isOpen()) {
      return;
    }
    long now = scheduler().nanoTime();
    if (pulse == Pulse.LATENCY_APART && now - latencyDueNanos >= 0) {
      latencyDueNanos = next(latencyDueNanos, options.latencyInterval().toNanos(), now);
      requestLatency(now);
    }
    if (now - pingDueNanos >= 0) {
      pingDueNanos = next(pingDueNanos, pingNanos(), now);
      ping(now);
    }
    if (session.isOpen()) {
      schedule(now);
    }
  }

  private void requestLatency(long now) {
    if (missedPongs.isAwaiting() || session.isReadingPaused()) {
      return;
    }
    latencyRequests++;
    measuringSinceNanos = now;
    for (byte[] frame : session.dialect().latencyPair(latencyMillis())) {
      session.offer(frame);
    }
  }

  private void ping(long now) {
    if (session.isReadingPaused()) {
      return;
    }
    if (missedPongs.onPingDue()) {
      sendPing(now);
    } else {
      session.services().metrics().limitHit(Limit.MISSED_PONGS);
      session.close(CloseCode.NO_PONG, "no pong", CloseWhen.NOW);
    }
  }

  private void sendPing(long now) {
    missedPongs.onPingSent();
    if (pulse == Pulse.MEASURING) {
      pingTime = Math.max(pingTime + 1, scheduler().currentTimeMillis());
      measuringSinceNanos = now;
    } else if (pulse == Pulse.MEASURING_IN_ORDER) {
      latencyRequests++;
      measuringSinceNanos = now;
    }
    session.offer(session.dialect().ping(pingTime, latencyMillis(), missedPongs.missed()));
  }

  private void measured() {
    long nanos = scheduler().nanoTime() - measuringSinceNanos;
    latencyNanos = nanos;
    session.services().metrics().latency(nanos);
  }

  private void schedule(long now) {
    long nanos = pingDueNanos - now;
    if (pulse == Pulse.LATENCY_APART) {
      nanos = Math.min(nanos, latencyDueNanos - now);
    }
    timer = scheduler().schedule(this, Duration.ofNanos(nanos));
  }

  /** The next time in the same phase that is still to come. */
  private static long next(long dueNanos, long intervalNanos, long now) {
    return dueNanos + ((now - dueNanos) / intervalNanos + 1) * intervalNanos;
  }

  private long latencyMillis() {
    return latencyNanos < 0 ? -1 : Math.round(latencyNanos / 1e6);
  }

  private long pingNanos() {
    return options.pingInterval().toNanos();
  }

  private Scheduler scheduler() {
    return session.services().scheduler();
  }
}
