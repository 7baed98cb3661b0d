// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.core.internal.websocket.Handshake;
import io.meshrt.server.auth.UpgradeRequest;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.Protocols;
import io.undertow.util.StatusCodes;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything RFC 6455 section 4.2.1 asks of an upgrade request, and our own rules about paths and
 * origins. Thread-safe; only looks at requests.
 */
final class UpgradeGate {
  static final String VERSION = "13";

  private static final HttpString KEY = new HttpString("Sec-WebSocket-Key");
  private static final HttpString WEBSOCKET_VERSION = new HttpString("Sec-WebSocket-Version");

  private final @Nullable String path;
  private final Set<String> endpoints;
  private final OriginPolicy origins;
  private final UpgradeRequestReader reader;

  UpgradeGate(TransportOptions options) {
    this.path = options.path();
    this.endpoints = options.endpoints();
    this.origins = options.origins();
    this.reader = new UpgradeRequestReader(options.trustedProxies());
  }

  /** Whether this is for us to accept or refuse: it asks for a WebSocket on our path. */
  boolean concerns(HttpServerExchange exchange) {
    return asksForWebSocket(exchange) && isOurPath(exchange);
  }

  /** What has to be answered to a request that must not be upgraded; null when it may. */
  @Nullable Refusal check(HttpServerExchange exchange) {
    if (!isOurPath(exchange)) {
      return new Refusal(StatusCodes.NOT_FOUND, "not found");
    }
    if (!asksForWebSocket(exchange)) {
      return new Refusal(StatusCodes.UPGRADE_REQUIRED, "this is a WebSocket endpoint");
    }
    Refusal refusal = checkHttp(exchange);
    return refusal != null ? refusal : checkWebSocket(exchange.getRequestHeaders());
  }

  /** The request as the rooms above see it, null when its target cannot be decoded. */
  @Nullable UpgradeRequest read(HttpServerExchange exchange) {
    return reader.read(exchange);
  }

  /** The one key of a request that passed {@link #check}. */
  static String key(HttpServerExchange exchange) {
    return exchange.getRequestHeaders().getFirst(KEY);
  }

  private static @Nullable Refusal checkHttp(HttpServerExchange exchange) {
    if (!exchange.getRequestMethod().equals(Methods.GET)) {
      return new Refusal(StatusCodes.METHOD_NOT_ALLOWED, "only GET can be upgraded");
    }
    HeaderMap headers = exchange.getRequestHeaders();
    if (!exchange.getProtocol().equals(Protocols.HTTP_1_1)) {
      return badRequest("only HTTP/1.1 can be upgraded");
    }
    if (!exchange.isRequestComplete()
        || headers.contains(Headers.TRANSFER_ENCODING)
        || exchange.getRequestContentLength() > 0) {
      return badRequest("an upgrade request has no body");
    }
    if (!hasToken(headers.get(Headers.CONNECTION), "upgrade") || !exchange.isPersistent()) {
      return badRequest("Connection does not say upgrade");
    }
    return null;
  }

  private @Nullable Refusal checkWebSocket(HeaderMap headers) {
    if (!VERSION.equals(only(headers.get(WEBSOCKET_VERSION)))) {
      return new Refusal(StatusCodes.UPGRADE_REQUIRED, "only WebSocket version 13 is spoken here");
    }
    String key = only(headers.get(KEY));
    if (key == null || !Handshake.isValidKey(key)) {
      return badRequest("Sec-WebSocket-Key is not valid");
    }
    HeaderValues origin = headers.get(Headers.ORIGIN);
    if (origin != null && !allows(origin, headers)) {
      return new Refusal(StatusCodes.FORBIDDEN, "origin not allowed");
    }
    return null;
  }

  private boolean allows(HeaderValues origin, HeaderMap headers) {
    String host = only(headers.get(Headers.HOST));
    String only = only(origin);
    return host != null && only != null && origins.allows(only, host);
  }

  private boolean isOurPath(HttpServerExchange exchange) {
    String asked = exchange.getRequestPath();
    return path == null || path.equals(asked) || endpoints.contains(asked);
  }

  static boolean asksForWebSocket(HttpServerExchange exchange) {
    return hasToken(exchange.getRequestHeaders().get(Headers.UPGRADE), "websocket");
  }

  private static boolean hasToken(@Nullable List<String> lines, String token) {
    if (lines == null) {
      return false;
    }
    for (String line : lines) {
      for (String element : line.split(",", -1)) {
        if (element.trim().toLowerCase(Locale.ROOT).equals(token)) {
          return true;
        }
      }
    }
    return false;
  }

  private static @Nullable String only(@Nullable List<String> lines) {
    return lines != null && lines.size() == 1 ? lines.get(0).trim() : null;
  }

  private static Refusal badRequest(String message) {
    return new Refusal(StatusCodes.BAD_REQUEST, message);
  }
}
