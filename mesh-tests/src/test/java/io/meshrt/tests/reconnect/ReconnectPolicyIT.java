// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.StatusChange;
import io.meshrt.server.MeshServer;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which losses a client makes good, and when it stops trying. */
class ReconnectPolicyIT {
  private static final ReconnectPolicy SOON = ReconnectPolicy.fixed(Duration.ofMillis(20));

  private final List<StatusChange> changes = new CopyOnWriteArrayList<>();

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1011, 1012, 1013, 4000, 4001, 4008, 4009, 4011, 4029, 4499})
  void codeThatInvitesBringsTheClientBack(int code) throws Exception {
    try (MeshServer server = started();
        MeshClient client = Local.connected(Local.client(server).reconnect(SOON))) {
      client.onStatus(changes::add);
      String before = client.connectionId().orElseThrow();

      Local.connectionOf(client, server).close(code, "come back");
      await().until(() -> changes.size() >= 2);

      assertThat(changes.get(0).status()).isEqualTo(ClientStatus.RECONNECTING);
      assertThat(changes.get(0).closeCode()).hasValue(code);
      assertThat(changes.get(0).reason()).isEqualTo("come back");
      assertThat(changes.get(1).status()).isEqualTo(ClientStatus.CONNECTED);
      assertThat(client.connectionId().orElseThrow()).isNotEqualTo(before);
      assertThat(Outcomes.result(client.command("echo", "on", String.class))).isEqualTo("on");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1008, 4500, 4501, 4503, 4505, 4526, 4999})
  void codeThatForbidsEndsTheClient(int code) throws Exception {
    try (MeshServer server = started();
        MeshClient client = Local.connected(Local.client(server).reconnect(SOON))) {
      client.onStatus(changes::add);

      Local.connectionOf(client, server).close(code, "stay away");
      await().until(() -> !changes.isEmpty());

      assertThat(changes.get(0).status()).isEqualTo(ClientStatus.DISCONNECTED);
      assertThat(changes.get(0).closeCode()).hasValue(code);
      assertThat(Outcomes.code(client.command("echo", "on", String.class)))
          .isEqualTo("EUNAVAILABLE");
    }
  }

  @Test
  void lostConnectionStaysLostWhereThatIsThePolicyUntilAskedFor() throws Exception {
    try (MeshServer server = started();
        MeshClient client =
            Local.connected(Local.client(server).reconnect(ReconnectPolicy.off()))) {
      client.onStatus(changes::add);
      Local.connectionOf(client, server).close(1012, "come back");
      await().until(() -> !changes.isEmpty());

      assertThat(changes.get(0).status()).isEqualTo(ClientStatus.DISCONNECTED);
      Outcomes.result(client.connect());
      assertThat(Outcomes.result(client.command("echo", "on", String.class))).isEqualTo("on");
    }
  }

  @Test
  void clientGivesUpAfterItsAttemptsAndSaysSo() throws Exception {
    MeshServer server = started();
    try (MeshClient client =
        Local.connected(Local.client(server).reconnect(SOON.withMaxAttempts(3)))) {
      client.onStatus(changes::add);
      server.close(Duration.ZERO);
      CompletableFuture<String> waiting = client.command("echo", "on", String.class);

      assertThat(Outcomes.code(waiting)).isIn("EUNAVAILABLE", "CONNECTION_LOST");
      await().until(() -> changes.stream().anyMatch(StatusChange::gaveUp));
      assertThat(changes)
          .extracting(StatusChange::status)
          .containsExactly(ClientStatus.RECONNECTING, ClientStatus.DISCONNECTED);
      assertThat(Outcomes.code(client.command("echo", "on", String.class)))
          .isEqualTo("EUNAVAILABLE");
    } finally {
      server.close();
    }
  }

  private static MeshServer started() {
    MeshServer server = Local.server().build();
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.start();
    return server;
  }
}
