// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class HeartbeatTest {
  private static final String PING = "{\"command\":\"ping\",\"payload\":{\"t\":123.5}}";

  @Test
  void pingIsAnsweredWithItsTimestamp() {
    FakeSocket socket = new ClientRig().connected();

    socket.receive(PING);

    assertThat(socket.takeOne()).isEqualTo("{\"command\":\"pong\",\"payload\":{\"t\":123.5}}");
  }

  @Test
  void pingTellsTheLatency() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();
    assertThat(rig.client.latency()).isEmpty();

    socket.receive("{\"command\":\"ping\",\"payload\":{\"t\":1,\"latency\":1.5}}");

    assertThat(rig.client.latency()).contains(Duration.ofNanos(1_500_000));
    socket.closeFromServer(1006, "");
    assertThat(rig.client.latency()).isEmpty();
  }

  @Test
  void legacyHeartbeatIsAnsweredWithFreshIds() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected(Frames.MESH_ASSIGN_ID);

    socket.receive("{\"command\":\"ping\",\"payload\":{}}");
    socket.receive("{\"command\":\"latency\",\"payload\":7}");
    socket.receive("{\"command\":\"latency:request\",\"payload\":{\"k\":1}}");
    rig.echo("x");

    assertThat(socket.takeSent())
        .containsExactly(
            "{\"id\":1,\"command\":\"pong\",\"payload\":{}}",
            "{\"id\":2,\"command\":\"latency:response\",\"payload\":{\"k\":1}}",
            "{\"id\":3,\"command\":\"echo\",\"payload\":\"x\"}");
    assertThat(rig.client.latency()).contains(Duration.ofMillis(7));
  }

  @Test
  void silenceEndsTheConnectionAfterTheServersInterval() {
    ClientRig rig = new ClientRig(); // the welcome says 30 s
    FakeSocket socket = rig.connected();

    rig.loop.advance(Duration.ofSeconds(59));
    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
    rig.loop.advance(Duration.ofSeconds(1));

    assertThat(rig.client.status()).isEqualTo(ClientStatus.RECONNECTING);
    assertThat(rig.changes.get(2).reason()).contains("60000 ms");
    assertThat(rig.changes.get(2).closeCode()).hasValue(1006);
    assertThat(socket.closes()).containsExactly(4010);
  }

  @Test
  void everyPingStartsTheCountAnew() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();

    rig.loop.advance(Duration.ofSeconds(59));
    socket.receive(PING);
    rig.loop.advance(Duration.ofSeconds(59));
    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
    rig.loop.advance(Duration.ofSeconds(1));

    assertThat(rig.client.status()).isEqualTo(ClientStatus.RECONNECTING);
  }

  @Test
  void ownPingTimeoutGoesBeforeTheServersWord() {
    ClientRig rig = new ClientRig(b -> b.pingTimeout(Duration.ofSeconds(2)).maxMissedPings(2));
    rig.connected();

    rig.loop.advance(Duration.ofMillis(5_999));
    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
    rig.loop.advance(Duration.ofMillis(1));

    assertThat(rig.client.status()).isEqualTo(ClientStatus.RECONNECTING);
  }

  @Test
  void pongGoesOutOnAStalledSocketInTurn() {
    FakeSocket socket = new ClientRig().connected();
    socket.stall();

    socket.receive(PING);
    socket.receive(PING);
    assertThat(socket.takeSent()).hasSize(1);
    socket.finishSend();

    assertThat(socket.takeSent()).hasSize(1);
  }
}
