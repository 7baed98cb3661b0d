// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A node in a process of its own whose clients are who they say: {@code <redis uri> <prefix>
 * <lease>}. Its command {@code told} answers whom it told to be online.
 */
final class IdentityProgram {
  private IdentityProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server = server(args[0], args[1], Duration.parse(args[2]));
    Set<String> told = ConcurrentHashMap.newKeySet();
    server.identities().onOnline(told::add);
    server.registerCommand("told", ctx -> List.copyOf(told));
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  /** The same within this process, not started. */
  static MeshServer server(String redis, String prefix, Duration lease) {
    Duration third = lease.dividedBy(3);
    return MeshServer.builder()
        .host("127.0.0.1")
        .port(0)
        .redis(RedisOptions.of(redis).withPrefix(prefix))
        .cluster(new ClusterOptions(lease, third, third))
        .authentication(
            request -> Authentication.accept(Identity.of(request.bearerToken().orElse("nobody"))))
        .build();
  }
}
