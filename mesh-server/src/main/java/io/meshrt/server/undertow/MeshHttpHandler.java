// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.undertow;

import io.meshrt.server.internal.transport.UpgradeHandler;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import org.jspecify.annotations.Nullable;

/**
 * Serves connections from within an Undertow server of the application's own: wherever this handler
 * stands in the chain, WebSocket requests to it become connections, on the I/O threads of that
 * server. Thread-safe. Listener, TLS, header limits and timeouts are the application's then.
 */
public final class MeshHttpHandler implements HttpHandler {
  private final HttpHandler handler;

  /**
   * A handler in front of another one.
   *
   * @param upgrades the server's own
   * @param next gets every request that asks for no WebSocket or for another path; null answers
   *     those with 426 or 404
   */
  public MeshHttpHandler(UpgradeHandler upgrades, @Nullable HttpHandler next) {
    this.handler = upgrades.orElse(next);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    handler.handleRequest(exchange);
  }
}
