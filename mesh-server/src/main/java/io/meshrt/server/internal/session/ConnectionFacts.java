// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the request a connection began with.
 *
 * @param path decoded path
 * @param queryString undecoded query, empty when there was none
 * @param headers those that are kept, by lower case name
 * @param remoteAddress address of the client; behind trusted proxies the one they forwarded
 * @param initialMetadata what authentication attached
 */
public record ConnectionFacts(
    String path,
    String queryString,
    Map<String, List<String>> headers,
    String remoteAddress,
    @Nullable JsonNode initialMetadata) {
  /** Without headers. */
  public ConnectionFacts(
      String path, String queryString, String remoteAddress, @Nullable JsonNode initialMetadata) {
    this(path, queryString, Map.of(), remoteAddress, initialMetadata);
  }
}
