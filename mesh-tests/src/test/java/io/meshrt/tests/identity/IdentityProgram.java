// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A node in a process of its own whose clients are who they say: {@code <redis uri> <prefix>}. */
final class IdentityProgram {
  private static final ClusterOptions LEASES =
      new ClusterOptions(Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1));

  private IdentityProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(args[0], args[1]);
    server.identities().onOffline(id -> {});
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** The same within this process, not started. */
  static MeshServer server(String redis, String prefix) {
    return MeshServer.builder()
        .host("127.0.0.1")
        .port(0)
        .redis(RedisOptions.of(redis).withPrefix(prefix))
        .cluster(LEASES)
        .authentication(
            request -> Authentication.accept(Identity.of(request.bearerToken().orElse("nobody"))))
        .build();
  }
}
