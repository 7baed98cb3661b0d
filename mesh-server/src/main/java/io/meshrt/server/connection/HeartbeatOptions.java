// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.connection;

import java.time.Duration;

/**
 * How the server finds dead connections and measures latency.
 *
 * @param pingInterval time between pings; the first is sent after half of it on legacy connections
 *     (mesh-protocol 6) and at once on {@code mesh.v1}
 * @param latencyInterval time between latency measurements of legacy connections; {@code mesh.v1}
 *     measures with every ping
 * @param maxMissedPongs unanswered pings that are forgiven; one more closes with 4010
 */
public record HeartbeatOptions(
    Duration pingInterval, Duration latencyInterval, int maxMissedPongs) {
  public HeartbeatOptions {
    if (pingInterval.isZero() || pingInterval.isNegative()) {
      throw new IllegalArgumentException("pingInterval: " + pingInterval);
    }
    if (latencyInterval.isZero() || latencyInterval.isNegative()) {
      throw new IllegalArgumentException("latencyInterval: " + latencyInterval);
    }
    if (maxMissedPongs < 0) {
      throw new IllegalArgumentException("maxMissedPongs: " + maxMissedPongs);
    }
  }

  /** Ping every 30 s, latency every 5 s, one missed pong forgiven. */
  public static HeartbeatOptions defaults() {
    return new HeartbeatOptions(Duration.ofSeconds(30), Duration.ofSeconds(5), 1);
  }

  /** The same options with another time between pings. */
  public HeartbeatOptions withPingInterval(Duration interval) {
    return new HeartbeatOptions(interval, latencyInterval, maxMissedPongs);
  }

  /** The same options with another time between latency measurements. */
  public HeartbeatOptions withLatencyInterval(Duration interval) {
    return new HeartbeatOptions(pingInterval, interval, maxMissedPongs);
  }

  /** The same options, forgiving this many unanswered pings. */
  public HeartbeatOptions withMaxMissedPongs(int maxMissedPongs) {
    return new HeartbeatOptions(pingInterval, latencyInterval, maxMissedPongs);
  }
}
