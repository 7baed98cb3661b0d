// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the request a connection began with.
 *
 * @param path decoded path
 * @param queryString undecoded query, empty when there was none
 * @param remoteAddress address of the client; behind trusted proxies the one they forwarded
 * @param initialMetadata what authentication attached
 */
public record ConnectionFacts(
    String path, String queryString, String remoteAddress, @Nullable JsonNode initialMetadata) {}
