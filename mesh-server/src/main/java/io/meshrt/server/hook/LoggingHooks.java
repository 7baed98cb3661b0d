// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.hook;

import io.meshrt.server.connection.Connection;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what it is told to the log of {@link Hooks}. */
final class LoggingHooks implements Hooks {
  private static final Logger log = LoggerFactory.getLogger(Hooks.class);

  @Override
  public void onConnect(Connection connection) {
    log.debug("{} connected from {}", connection.id(), connection.remoteAddress());
  }

  @Override
  public void onDisconnect(Connection connection, int code, String reason) {
    log.debug("{} disconnected: {} {}", connection.id(), code, plain(reason));
  }

  @Override
  public void onAuthenticate(Connection connection, boolean first) {
    log.debug("{} {}", connection.id(), first ? "authenticated" : "authenticated again");
  }

  @Override
  public void onReceive(ObservedMessage message, Connection connection) {
    log.debug("{} called {}", connection.id(), plain(message.name()));
  }

  @Override
  public void onSend(SentMessage message) {
    log.debug(
        "sent {} as {} to {} of {}",
        plain(message.name()),
        message.id(),
        message.ids().size(),
        message.target());
  }

  @Override
  public void onUndeliverable(SentMessage message, Set<String> ids) {
    log.debug("nobody there for {}: {} identities", message.id(), ids.size());
  }

  @Override
  public void onReplay(int count, Connection connection) {
    log.debug("{} gets {} messages that were kept", connection.id(), count);
  }

  @Override
  public void onRoomJoin(Connection connection, String room) {
    log.debug("{} joined {}", connection.id(), plain(room));
  }

  @Override
  public void onRoomLeave(Connection connection, String room) {
    log.debug("{} left {}", connection.id(), plain(room));
  }

  @Override
  public void onRoomRefused(Connection connection, String room) {
    log.debug("{} was refused {}, which is forgotten", connection.id(), plain(room));
  }

  @Override
  public void onRoomMessage(ObservedMessage message, Connection connection) {
    log.debug("{} sent to the room {}", connection.id(), plain(message.name()));
  }

  @Override
  public void onWorkerJoin(String id) {
    log.debug("worker {} joined", plain(id));
  }

  @Override
  public void onWorkerLeave(String id) {
    log.debug("worker {} left", plain(id));
  }

  @Override
  public void onError(Throwable error, @Nullable Connection connection) {
    log.warn("{}: failed", connection == null ? "-" : connection.id(), error);
  }

  /** What others chose, without what would break a line, and not too long. */
  private static String plain(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() > 200 ? line.substring(0, 200) : line;
  }
}
