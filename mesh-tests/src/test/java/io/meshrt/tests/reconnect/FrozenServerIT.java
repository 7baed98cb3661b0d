// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.StatusChange;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server whose process stands still keeps its sockets open and says nothing. */
@DisabledOnOs(OS.WINDOWS) // has no signals
class FrozenServerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<StatusChange> changes = new CopyOnWriteArrayList<>();

  @Test
  @Timeout(180)
  void clientLeavesItAndComesBackWhenItGoesOn() throws Exception {
    try (ChildNode server = ChildNode.start(EchoProgram.class);
        MeshClient client =
            Local.connected(
                MeshClient.builder("ws://127.0.0.1:" + server.port())
                    .connectTimeout(Duration.ofSeconds(5))
                    .reconnect(ReconnectPolicy.fixed(Duration.ofMillis(100))))) {
      client.onStatus(changes::add);
      String before = client.connectionId().orElseThrow();
      assertThat(Outcomes.result(client.command("echo", 1, Integer.class))).isEqualTo(1);

      server.stop();
      await().atMost(PATIENCE).until(() -> !changes.isEmpty());

      assertThat(changes.get(0).status()).isEqualTo(ClientStatus.RECONNECTING);
      assertThat(changes.get(0).gaveUp()).isFalse();
      CompletableFuture<Integer> waiting = client.command("echo", 2, Integer.class);
      server.resume();
      assertThat(answer(client, waiting)).isEqualTo(2);
      await().atMost(PATIENCE).until(() -> client.status() == ClientStatus.CONNECTED);
      assertThat(client.connectionId().orElseThrow()).isNotEqualTo(before);
    }
  }

  /** A machine that was busy may lose the client once more: who asks then asks again. */
  private static int answer(MeshClient client, CompletableFuture<Integer> waiting)
      throws Exception {
    CompletableFuture<Integer> asked = waiting;
    while (true) {
      try {
        return Outcomes.result(asked);
      } catch (ExecutionException e) {
        assertThat(e).hasMessageContaining("CONNECTION_LOST");
        asked = client.command("echo", 2, Integer.class);
      }
    }
  }
}
