// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.auth.UpgradeRequest;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderValues;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns Undertow's view of a request into ours. Thread-safe. */
final class UpgradeRequestReader {
  private final TrustedProxies proxies;

  UpgradeRequestReader(TrustedProxies proxies) {
    this.proxies = proxies;
  }

  /** Returns null when path or query cannot be decoded. */
  @Nullable UpgradeRequest read(HttpServerExchange exchange) {
    String path = PercentDecoder.decode(rawPath(exchange), false);
    Map<String, List<String>> query = query(exchange.getQueryString());
    if (path == null || query == null) {
      return null;
    }
    Map<String, List<String>> headers = headers(exchange);
    return new UpgradeRequest(
        path,
        exchange.getQueryString(),
        query,
        headers,
        cookies(headers.getOrDefault("cookie", List.of())),
        remoteAddress(exchange, headers),
        exchange.getConnection().getSslSessionInfo() != null,
        elements(headers.getOrDefault("sec-websocket-protocol", List.of()), ","));
  }

  private static String rawPath(HttpServerExchange exchange) {
    String target = exchange.getRequestURI();
    if (!exchange.isHostIncludedInRequestURI()) {
      return target;
    }
    int path = target.indexOf('/', target.indexOf("://") + "://".length());
    return path < 0 ? "/" : target.substring(path);
  }

  private static @Nullable Map<String, List<String>> query(String queryString) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (String pair : queryString.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = PercentDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), true);
      String value = PercentDecoder.decode(equals < 0 ? "" : pair.substring(equals + 1), true);
      if (name == null || value == null) {
        return null;
      }
      if (!pair.isEmpty()) {
        query.computeIfAbsent(name, ignored -> new ArrayList<>(1)).add(value);
      }
    }
    return query;
  }

  private static Map<String, List<String>> headers(HttpServerExchange exchange) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HeaderValues values : exchange.getRequestHeaders()) {
      headers.put(
          values.getHeaderName().toString().toLowerCase(Locale.ROOT),
          List.of(values.toArray(new String[0])));
    }
    return headers;
  }

  /** The first cookie of a name is the one with the longer path (RFC 6265 section 5.4). */
  private static Map<String, String> cookies(List<String> lines) {
    Map<String, String> cookies = new LinkedHashMap<>();
    for (String pair : elements(lines, ";")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        cookies.putIfAbsent(
            pair.substring(0, equals).trim(), unquoted(pair.substring(equals + 1).trim()));
      }
    }
    return cookies;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  private String remoteAddress(HttpServerExchange exchange, Map<String, List<String>> headers) {
    InetSocketAddress peer = exchange.getSourceAddress();
    if (peer.getAddress() == null) {
      return peer.getHostString();
    }
    return proxies.clientAddress(
        peer.getAddress(), headers.getOrDefault("x-forwarded-for", List.of()));
  }

  private static List<String> elements(List<String> lines, String separator) {
    List<String> elements = new ArrayList<>();
    for (String line : lines) {
      for (String element : line.split(separator, -1)) {
        if (!element.isBlank()) {
          elements.add(element.trim());
        }
      }
    }
    return elements;
  }
}
