// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a line for each connection that comes, authenticates and goes. */
final class ConnectionLog implements Hooks {
  private static final Logger log = LoggerFactory.getLogger(ConnectionLog.class);

  @Override
  public void onConnect(Connection connection) {
    log.info("{} connected from {}", connection.id(), connection.remoteAddress());
  }

  @Override
  public void onAuthenticate(Connection connection, boolean first) {
    String id = connection.identity().map(Identity::id).orElse("");
    log.info("{} authenticated{} as {}", connection.id(), first ? "" : " again", plain(id));
  }

  @Override
  public void onDisconnect(Connection connection, int code, String reason) {
    log.info("{} disconnected: {} {}", connection.id(), code, plain(reason));
  }

  /** What others chose, without what would break a line, and not too long. */
  private static String plain(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() > 200 ? line.substring(0, 200) : line;
  }
}
