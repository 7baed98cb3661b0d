// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.mesa;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the server speaks with Mesa's clients. Immutable. Who may connect, what authenticates and how
 * much one connection may use are the server's own options.
 *
 * @param heartbeatInterval time between heartbeats (op 1), 100 ms to 1 h
 * @param heartbeatAttempts how often a heartbeat is repeated that was not answered, 0 to 100; after
 *     one interval more the connection is closed without a code (1005)
 * @param reconnectInterval how long clients wait before they connect again; zero does not tell
 *     them, and they never do
 * @param sendsUser whether the answer to an authentication (op 22) tells the identity and its
 *     claims; else it is empty
 * @param closesOnRefusal whether a refused authentication closes the connection (1008, no reason);
 *     else the client may try again, five times in all
 * @param storesMessages whether clients are told to keep all they send and receive
 * @param inbox whether clients that have authenticated are sent what is kept for their identity;
 *     else the inbox is closed to them, and what is kept does not reach them
 * @param errorType type of the message that tells a client that a command failed; null for none
 */
public record MesaOptions(
    Duration heartbeatInterval,
    int heartbeatAttempts,
    Duration reconnectInterval,
    boolean sendsUser,
    boolean closesOnRefusal,
    boolean storesMessages,
    boolean inbox,
    @Nullable String errorType) {
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MAX_ATTEMPTS = 100;

  private static final MesaOptions DEFAULTS =
      new MesaOptions(
          Duration.ofSeconds(10), 3, Duration.ofSeconds(5), true, true, false, true, "ERROR");

  /** Checks the bounds. */
  public MesaOptions {
    if (heartbeatInterval.compareTo(SHORTEST) < 0 || heartbeatInterval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("heartbeatInterval: " + heartbeatInterval);
    }
    if (heartbeatAttempts < 0 || heartbeatAttempts > MAX_ATTEMPTS) {
      throw new IllegalArgumentException("heartbeatAttempts: " + heartbeatAttempts);
    }
    if (reconnectInterval.isNegative() || reconnectInterval.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("reconnectInterval: " + reconnectInterval);
    }
    if (errorType != null && errorType.isEmpty()) {
      throw new IllegalArgumentException("errorType: empty");
    }
  }

  /**
   * A heartbeat each 10 s, repeated 3 times; reconnecting after 5 s; the user is told; a refusal
   * closes; clients get their inbox; failures are told by messages of the type {@code ERROR}.
   */
  public static MesaOptions defaults() {
    return DEFAULTS;
  }

  /** The same with other heartbeats. */
  public MesaOptions withHeartbeat(Duration interval, int attempts) {
    return new MesaOptions(
        interval,
        attempts,
        reconnectInterval,
        sendsUser,
        closesOnRefusal,
        storesMessages,
        inbox,
        errorType);
  }

  /** The same with another wait before clients connect again. */
  public MesaOptions withReconnectInterval(Duration interval) {
    return new MesaOptions(
        heartbeatInterval,
        heartbeatAttempts,
        interval,
        sendsUser,
        closesOnRefusal,
        storesMessages,
        inbox,
        errorType);
  }

  /** The same, telling clients who they are or not. */
  public MesaOptions withSendsUser(boolean sends) {
    return new MesaOptions(
        heartbeatInterval,
        heartbeatAttempts,
        reconnectInterval,
        sends,
        closesOnRefusal,
        storesMessages,
        inbox,
        errorType);
  }

  /** The same, closing when an authentication is refused or not. */
  public MesaOptions withClosesOnRefusal(boolean closes) {
    return new MesaOptions(
        heartbeatInterval,
        heartbeatAttempts,
        reconnectInterval,
        sendsUser,
        closes,
        storesMessages,
        inbox,
        errorType);
  }

  /** The same, telling clients to keep their messages or not. */
  public MesaOptions withStoresMessages(boolean stores) {
    return new MesaOptions(
        heartbeatInterval,
        heartbeatAttempts,
        reconnectInterval,
        sendsUser,
        closesOnRefusal,
        stores,
        inbox,
        errorType);
  }

  /** The same, sending clients what is kept for their identity or not. */
  public MesaOptions withInbox(boolean sends) {
    return new MesaOptions(
        heartbeatInterval,
        heartbeatAttempts,
        reconnectInterval,
        sendsUser,
        closesOnRefusal,
        storesMessages,
        sends,
        errorType);
  }

  /** The same with another type of messages about failures; null sends none. */
  public MesaOptions withErrorType(@Nullable String type) {
    return new MesaOptions(
        heartbeatInterval,
        heartbeatAttempts,
        reconnectInterval,
        sendsUser,
        closesOnRefusal,
        storesMessages,
        inbox,
        type);
  }
}
