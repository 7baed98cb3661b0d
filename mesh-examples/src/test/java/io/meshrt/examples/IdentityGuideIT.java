// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The snippets of the page about identities do what the page says. */
class IdentityGuideIT {
  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  void identitiesMessagesAndObserversWork() throws Exception {
    try (MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .authentication(
                request ->
                    Authentication.accept(Identity.of(request.bearerToken().orElse("nobody"))))
            .build()) {
      IdentityGuide.follow(server, log);
      IdentityGuide.observe(server, log);
      server.registerCommand("echo", context -> 1);
      server.start();
      try (MeshClient client =
          MeshClient.builder("ws://127.0.0.1:" + server.port())
              .header("Authorization", "Bearer ann")
              .build()) {
        client.connect().get(30, TimeUnit.SECONDS);
        client.command("echo", 1, Integer.class).get(30, TimeUnit.SECONDS);
        await().until(() -> log.contains("ann is here"));

        assertThat(IdentityGuide.whoIsOnline(server).get(30, TimeUnit.SECONDS))
            .containsExactly("ann");
        assertThat(IdentityGuide.send(server, "none-1").get(30, TimeUnit.SECONDS).addressed())
            .isEqualTo(1);
        IdentityGuide.ban(server, "nobody").get(30, TimeUnit.SECONDS);
        await().until(() -> log.contains(client.connectionId().orElseThrow() + " called echo"));
      }
      await().until(() -> log.contains("ann has gone"));
    }
  }
}
