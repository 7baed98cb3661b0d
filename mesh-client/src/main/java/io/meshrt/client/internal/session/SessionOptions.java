// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ClientLimits;
import io.meshrt.client.Generation;
import io.meshrt.client.ReconnectPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a session needs to know, checked by the builder.
 *
 * @param headers additional headers of every upgrade request
 * @param token asked before every attempt, on the state thread, for a stage of the bearer token;
 *     null when there is none
 * @param connectTimeout for a whole attempt, from the token to the end of the restore
 * @param pingTimeout longest time between two pings of the server; null to go by the server's word,
 *     or 30 s
 * @param generation the only one that will do; null to find out
 */
public record SessionOptions(
    URI uri,
    Map<String, List<String>> headers,
    @Nullable Supplier<CompletionStage<String>> token,
    Duration connectTimeout,
    ReconnectPolicy policy,
    @Nullable Duration pingTimeout,
    int maxMissedPings,
    ClientLimits limits,
    @Nullable Generation generation) {}
