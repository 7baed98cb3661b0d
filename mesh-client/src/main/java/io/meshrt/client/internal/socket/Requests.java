// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Writes the requests that precede a WebSocket. */
final class Requests {
  private Requests() {}

  /**
   * The request to become a WebSocket.
   *
   * @throws IllegalArgumentException when a header holds a control character
   */
  static byte[] upgrade(Connector.Target target, String key) {
    URI uri = target.uri();
    StringBuilder request = new StringBuilder("GET ").append(path(uri)).append(" HTTP/1.1\r\n");
    header(request, "Host", Route.Authority.of(uri).forHost());
    header(request, "Upgrade", "websocket");
    header(request, "Connection", "Upgrade");
    header(request, "Sec-WebSocket-Version", "13");
    header(request, "Sec-WebSocket-Key", key);
    if (!target.subprotocols().isEmpty()) {
      header(request, "Sec-WebSocket-Protocol", String.join(", ", target.subprotocols()));
    }
    headers(request, target.headers());
    return bytes(request);
  }

  /** The request to a proxy for a connection to the server. */
  static byte[] connect(Route.Authority server, Map<String, List<String>> headers) {
    String authority = server.withPort();
    StringBuilder request = new StringBuilder("CONNECT " + authority + " HTTP/1.1\r\n");
    header(request, "Host", authority);
    headers(request, headers);
    return bytes(request);
  }

  private static String path(URI uri) {
    URI ascii = URI.create(uri.toASCIIString());
    String path = ascii.getRawPath();
    String query = ascii.getRawQuery();
    return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
  }

  private static void headers(StringBuilder request, Map<String, List<String>> headers) {
    headers.forEach((name, values) -> values.forEach(value -> header(request, name, value)));
  }

  private static void header(StringBuilder request, String name, String value) {
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 127)) {
      throw new IllegalArgumentException("value of " + name + ": control character");
    }
    request.append(name).append(": ").append(value).append("\r\n");
  }

  private static byte[] bytes(StringBuilder request) {
    return request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }
}
