// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.StatusCodes;
import java.nio.charset.StandardCharsets;

/**
 * The answer to a request that does not become a connection.
 *
 * @param message the whole body; says what is wrong and nothing about the server
 */
record Refusal(int status, String message) {
  /** Whoever divides the connections may know a server that has room. */
  private static final long RETRY_AFTER_SECONDS = 1;

  private static final HttpString WEBSOCKET_VERSION = new HttpString("Sec-WebSocket-Version");

  /** The kind of refusal, for metrics: one of a fixed set. */
  String reason() {
    return switch (status) {
      case StatusCodes.FORBIDDEN -> "origin";
      case StatusCodes.NOT_FOUND -> "path";
      case StatusCodes.UPGRADE_REQUIRED -> "no-websocket";
      default -> "request";
    };
  }

  /** Answers and ends the exchange; on its I/O thread. */
  void send(HttpServerExchange exchange) {
    exchange.setStatusCode(status);
    switch (status) {
      case StatusCodes.UPGRADE_REQUIRED -> {
        exchange.getResponseHeaders().put(Headers.UPGRADE, "websocket");
        exchange.getResponseHeaders().put(WEBSOCKET_VERSION, UpgradeGate.VERSION);
      }
      case StatusCodes.METHOD_NOT_ALLOWED ->
          exchange.getResponseHeaders().put(Headers.ALLOW, "GET");
      case StatusCodes.UNAUTHORIZED ->
          exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
      case StatusCodes.SERVICE_UNAVAILABLE ->
          exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER_SECONDS);
      default -> {}
    }
    if (!exchange.isRequestComplete()) {
      exchange.setPersistent(false);
    }
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
    exchange.getResponseSender().send(message + "\n", StandardCharsets.UTF_8);
  }
}
