// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The page about users who are away says what happens. */
class InboxGuideTest {
  private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void whatIsKeptIsShownOnce() throws Exception {
    try (MeshServer server =
        MeshServer.builder()
            .port(0)
            .meterRegistry(registry)
            .authentication(request -> Authentication.accept(Identity.of("ann")))
            .build()) {
      server.start();
      get(InboxGuide.keep(server));
      try (MeshClient client = connected(server)) {
        get(InboxGuide.open(client, shown::add));
        assertThat(shown.poll(30, TimeUnit.SECONDS)).isEqualTo("welcome {\"plan\":\"free\"}");
        assertThat(shown.poll(30, TimeUnit.SECONDS)).isEqualTo("order-shipped {\"order\":7}");
        // Whoever is shown one more is done with those before it.
        get(server.inboxes().keep("ann", "more", 1));
        assertThat(shown.poll(30, TimeUnit.SECONDS)).isEqualTo("more 1");
        await().until(() -> registry.counter("mesh.inbox.acknowledgements").count() >= 1);
      }
      get(InboxGuide.keep(server));
      try (MeshClient client = connected(server)) {
        get(InboxGuide.open(client, this::showAllButMore));
        assertThat(shown.poll(30, TimeUnit.SECONDS)).isEqualTo("welcome {\"plan\":\"free\"}");
      }
    }

    assertThat(shown).isEmpty();
  }

  private void showAllButMore(String text) {
    if (!text.equals("more 1")) { // it may not have been acknowledged
      shown.add(text);
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
