// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.hook;

import io.meshrt.server.connection.Connection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An observer of a server: it is told what happens on this node and changes nothing. For what may
 * refuse or enrich there is {@link io.meshrt.server.command.Middleware}.
 *
 * <p>Hooks run on handler threads and may block. Of several observers each event is told in the
 * order in which they were added. What concerns one connection is told one after the other, in the
 * order of the events, {@link #onConnect} first and {@link #onDisconnect} last; so is what concerns
 * none. At most 256 messages of one connection wait for its observers, and 4,096 events that
 * concern none: further ones are dropped, counted and warned of once. Coming, going and
 * authenticating are never dropped.
 *
 * <p>What a hook throws is logged and told to {@link #onError} of all observers; what {@code
 * onError} throws is only logged. Nothing of it reaches clients, other observers or the delivery.
 *
 * <p>A method that an observer does not override costs nothing. Credentials are never told.
 */
public interface Hooks {
  /** A connection is open. */
  default void onConnect(Connection connection) {}

  /**
   * A connection ended: once for each that {@link #onConnect} was called with.
   *
   * @param code as in {@link io.meshrt.server.connection.ConnectionListener#onDisconnect}
   */
  default void onDisconnect(Connection connection, int code, String reason) {}

  /**
   * A connection has an identity.
   *
   * @param first false when claims or expiry of the one it had were refreshed
   */
  default void onAuthenticate(Connection connection, boolean first) {}

  /**
   * A client called a command of the application, known or not; before the command is looked for.
   */
  default void onReceive(ObservedMessage message, Connection connection) {}

  /**
   * This server sent a message with {@link io.meshrt.server.message.OutgoingMessage}, and the
   * cluster accepted it. Told on the node that sent it, however many deliver it.
   */
  default void onSend(SentMessage message) {}

  /**
   * Nobody was there for a message that this server sent to identities. Not told of one that is
   * kept: it waits for them.
   *
   * @param ids of those who were not online
   */
  default void onUndeliverable(SentMessage message, Set<String> ids) {}

  /**
   * Messages that were kept are now sent to a connection.
   *
   * @param count how many
   */
  default void onReplay(int count, Connection connection) {}

  /**
   * A connection is a member of a room: by its own wish, the server's, or because it was
   * remembered.
   */
  default void onRoomJoin(Connection connection, String room) {}

  /** A connection is a member no more; when it closes, before {@link #onDisconnect}. */
  default void onRoomLeave(Connection connection, String room) {}

  /**
   * A guard refused a room that was remembered for a connection's identity or token: it is
   * forgotten.
   */
  default void onRoomRefused(Connection connection, String room) {}

  /**
   * A client sent a message to a room, and the cluster accepted it. Told on the sender's node.
   *
   * @param message its name is that of the room
   */
  default void onRoomMessage(ObservedMessage message, Connection connection) {}

  /**
   * A worker joined.
   *
   * @param id of the worker
   */
  default void onWorkerJoin(String id) {}

  /** A worker left, or its lease ended. */
  default void onWorkerLeave(String id) {}

  /**
   * A handler, middleware or hook failed without meaning to.
   *
   * @param connection the one concerned; null without one
   */
  default void onError(Throwable error, @Nullable Connection connection) {}

  /** An observer that logs everything at debug, errors at warn; names, never payloads. */
  static Hooks logging() {
    return new LoggingHooks();
  }
}
