// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.exit;

import io.meshrt.server.GracefulExit;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A node in a process of its own that ends well when it is asked to: {@code <redis uri> <prefix>
 * <drain>}. Its clients are who they say, and its command {@code slow} says that it has begun and
 * takes a second.
 */
final class ExitProgram {
  private ExitProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(RedisOptions.of(args[0]).withPrefix(args[1]))
            .authentication(
                request ->
                    Authentication.accept(Identity.of(request.bearerToken().orElse("nobody"))))
            .build();
    server.exposeRoom("lobby");
    server.registerCommand(
        "slow",
        ctx -> {
          System.out.println("begun");
          CompletionStage<String> answer =
              new CompletableFuture<String>().completeOnTimeout("done", 1, TimeUnit.SECONDS);
          return answer;
        });
    server.start();
    System.out.println("ready " + server.port());
    GracefulExit.of(server)
        .drain(Duration.parse(args[2]))
        .beforeExit(
            signal ->
                server
                    .channels()
                    .publish("log", "ends")
                    .thenAccept(position -> System.out.println("before the end: " + signal)),
            Duration.ofSeconds(5))
        .await();
  }
}
