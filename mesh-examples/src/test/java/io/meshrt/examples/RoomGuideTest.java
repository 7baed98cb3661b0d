// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The page about rooms says what happens. */
class RoomGuideTest {
  private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();

  @Test
  void whoComesBackIsInTheRoomsThatAreRemembered() throws Exception {
    try (MeshServer server =
        MeshServer.builder()
            .port(0)
            .authentication(request -> Authentication.accept(Identity.of("ann")))
            .build()) {
      RoomGuide.expose(server);
      server.start();
      try (MeshClient client = connected(server)) {
        get(RoomGuide.play(client, shown::add));
        assertThat(shown.poll(30, TimeUnit.SECONDS)).isEqualTo("ann {\"move\":\"e4\"}");
      }
      assertThat(get(RoomGuide.invite(server))).isFalse();
      try (MeshClient client = connected(server)) {
        assertThat(client.rooms().persistent()).containsExactly("game:chess");
      }
    }
  }

  private static MeshClient connected(MeshServer server) {
    MeshClient client = MeshClient.builder("ws://127.0.0.1:" + server.port()).build();
    get(client.connect());
    return client;
  }

  private static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(30, TimeUnit.SECONDS).join();
  }
}
