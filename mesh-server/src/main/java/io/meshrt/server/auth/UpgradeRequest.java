// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.auth;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The HTTP request that asks to become a connection. Headers live only here: a connection keeps
 * path, query and remote address, and what {@link io.meshrt.server.MeshServerBuilder#keepHeaders}
 * names.
 *
 * @param path decoded path, for example {@code /chat}
 * @param queryString undecoded query without the question mark, empty when there is none
 * @param query decoded query parameters in their order
 * @param headers header values by lower case name
 * @param cookies cookie values by name
 * @param remoteAddress address of the client; behind trusted proxies the one they forwarded
 * @param secure whether the client came over TLS to this server
 * @param subprotocols what the client offered, in its order
 */
public record UpgradeRequest(
    String path,
    String queryString,
    Map<String, List<String>> query,
    Map<String, List<String>> headers,
    Map<String, String> cookies,
    String remoteAddress,
    boolean secure,
    List<String> subprotocols) {
  public UpgradeRequest {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
    cookies = Map.copyOf(cookies);
    subprotocols = List.copyOf(subprotocols);
  }

  /** First value of a header, whatever the case of its name. */
  public Optional<String> header(String name) {
    return first(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  /** First value of a query parameter, decoded. */
  public Optional<String> queryParameter(String name) {
    return first(query.get(name));
  }

  /** The token of an {@code Authorization: Bearer} header (RFC 6750 section 2.1). */
  public Optional<String> bearerToken() {
    return header("authorization")
        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> value.substring(7).trim());
  }

  private static Optional<String> first(@org.jspecify.annotations.Nullable List<String> values) {
    return values == null || values.isEmpty() ? Optional.empty() : Optional.of(values.get(0));
  }
}
