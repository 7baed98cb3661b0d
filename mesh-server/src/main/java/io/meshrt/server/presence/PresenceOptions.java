// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.presence;

import io.meshrt.server.auth.Guard;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the presence of a room is tracked. Immutable.
 *
 * <p>The guard decides who may hear of the room's members and publish states, not who is tracked.
 * The time to live is how long a member counts as present after it joined or after its last pong;
 * without one, as long as it is a member.
 */
public final class PresenceOptions {
  private static final PresenceOptions DEFAULTS = new PresenceOptions(null, null);

  private final @Nullable Guard guard;
  private final @Nullable Duration timeToLive;

  private PresenceOptions(@Nullable Guard guard, @Nullable Duration timeToLive) {
    this.guard = guard;
    this.timeToLive = timeToLive;
  }

  /** Open to every connection, without a time to live. */
  public static PresenceOptions defaults() {
    return DEFAULTS;
  }

  /** The same options with a guard. */
  public PresenceOptions withGuard(Guard guard) {
    return new PresenceOptions(guard, timeToLive);
  }

  /**
   * The same options with a time to live; it has to exceed the interval of the pings.
   *
   * @throws IllegalArgumentException below one millisecond
   */
  public PresenceOptions withTimeToLive(Duration timeToLive) {
    if (timeToLive.toMillis() < 1) {
      throw new IllegalArgumentException("timeToLive: " + timeToLive);
    }
    return new PresenceOptions(guard, timeToLive);
  }

  /** Who may use the presence; empty for everyone. */
  public Optional<Guard> guard() {
    return Optional.ofNullable(guard);
  }

  /** How long a silent member counts as present. */
  public Optional<Duration> timeToLive() {
    return Optional.ofNullable(timeToLive);
  }
}
