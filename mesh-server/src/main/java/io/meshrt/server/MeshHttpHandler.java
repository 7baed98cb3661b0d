// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

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
   * Starts {@code server} without a listener of its own; it is closed as any other, which does not
   * close the application's server.
   *
   * @param server built, and not started
   * @param next gets every request that asks for no WebSocket or for another path; null answers
   *     those with 426 or 404
   */
  public MeshHttpHandler(MeshServer server, @Nullable HttpHandler next) {
    this.handler = server.startEmbedded().orElse(next);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    handler.handleRequest(exchange);
  }
}
