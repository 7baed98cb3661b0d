// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.InMemoryNetwork;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.server.worker.MeshWorkerBuilder;
import io.meshrt.tests.harness.Local;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What servers and workers share, and how many servers there are. A client that names somebody as
 * bearer has that identity.
 */
record World(
    int nodes, UnaryOperator<MeshServerBuilder> place, Supplier<MeshWorkerBuilder> workers) {
  static World inMemory(int nodes) {
    InMemoryNetwork network = new InMemoryNetwork();
    return new World(
        nodes, builder -> builder.inMemory(network), () -> MeshWorker.builder(network));
  }

  /** A prefix of its own keeps each world apart. */
  static World redis(int nodes) {
    String prefix = "work" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    RedisOptions redis = RedisOptions.of(SharedRedis.uri()).withPrefix(prefix);
    return new World(nodes, builder -> builder.redis(redis), () -> MeshWorker.builder(redis));
  }

  /** A server, not started. */
  MeshServer server() {
    return place
        .apply(Local.server())
        .keepHeaders("X-Device")
        .authentication(
            request ->
                request
                    .bearerToken()
                    .map(name -> Authentication.accept(Identity.of(name)))
                    .orElse(Authentication.anonymous()))
        .build();
  }
}
