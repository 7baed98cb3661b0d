// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What a test vector gives a client. */
final class VectorOptions {
  private VectorOptions() {}

  static ClientRig rig(JsonNode given) {
    return new ClientRig(
        builder -> apply(given, builder.generation(Generation.V1)),
        Runnable::run,
        new Share(given.path("random").asDouble(0.5)));
  }

  private static MeshClientBuilder apply(JsonNode given, MeshClientBuilder builder) {
    duration(given, "connectTimeoutMillis", builder::connectTimeout);
    duration(given, "commandTimeoutMillis", builder::commandTimeout);
    duration(given, "pingTimeoutMillis", builder::pingTimeout);
    if (given.has("maxMissedPings")) {
      builder.maxMissedPings(given.get("maxMissedPings").intValue());
    }
    if (given.has("roomToken")) {
      builder.roomToken(given.get("roomToken").textValue());
    }
    return builder.reconnect(policy(given)).limits(limits(given.path("limits")));
  }

  @SuppressWarnings("CheckReturnValue") // the builder is the same
  private static void duration(JsonNode given, String name, Consumer<Duration> option) {
    if (given.has(name)) {
      option.accept(Duration.ofMillis(given.get(name).longValue()));
    }
  }

  private static ReconnectPolicy policy(JsonNode given) {
    if (!given.path("reconnect").asBoolean(true)) {
      return ReconnectPolicy.off();
    }
    ReconnectPolicy policy =
        ReconnectPolicy.defaults()
            .withMaxAttempts(given.path("maxAttempts").asInt(Integer.MAX_VALUE));
    boolean first = given.path("retriesFirstConnect").asBoolean(false);
    return first ? policy.withFirstConnectRetried() : policy;
  }

  private static ClientLimits limits(JsonNode given) {
    ClientLimits defaults = ClientLimits.defaults();
    int calls = given.path("maxQueuedCalls").asInt(defaults.maxQueuedCalls());
    int handlers = given.path("maxRunningHandlers").asInt(defaults.maxRunningHandlers());
    return defaults
        .withQueuedCalls(calls, defaults.maxQueuedBytes())
        .withMaxRunningHandlers(handlers);
  }

  /** Always the same share of what could be. */
  private record Share(double share) implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new AssertionError("without bounds");
    }

    @Override
    public long nextLong(long origin, long bound) {
      return origin + (long) (share * (bound - 1 - origin));
    }
  }
}
