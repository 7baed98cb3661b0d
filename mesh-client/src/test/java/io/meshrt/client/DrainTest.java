// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What this client does when its server goes away, beside what the vectors say of any client. */
class DrainTest {
  @ParameterizedTest
  @ValueSource(strings = {"-1", "null", "\"soon\"", "{}", "0"})
  void aTimeThatMakesNoSenseIsNow(String millis) {
    ClientRig rig = new ClientRig();

    goAway(rig.connected(), millis);
    rig.loop.advance(Duration.ZERO);

    assertThat(rig.connector.opened()).isEqualTo(2);
  }

  @Test
  void aTimeFarAwayIsNotNow() {
    ClientRig rig = new ClientRig();

    goAway(rig.connected(), Long.toString(Long.MAX_VALUE));
    rig.loop.advance(Duration.ofSeconds(20));

    assertThat(rig.connector.opened()).isEqualTo(1);
  }

  @Test
  void theApplicationIsToldWhy() {
    ClientRig rig = new ClientRig();

    goAway(rig.connected(), "0");
    rig.loop.advance(Duration.ZERO);

    StatusChange loss = rig.changes.get(rig.changes.size() - 1);
    assertThat(loss.closeCode()).hasValue(4001);
    assertThat(loss.reason()).isEqualTo("the server goes away");
  }

  @Test
  void noTimerIsLeftOfAConnectionThatIsGone() {
    ClientRig rig = new ClientRig(builder -> builder.reconnect(ReconnectPolicy.off()));
    FakeSocket socket = rig.connected();

    goAway(socket, "60000");
    socket.closeFromServer(1006, "");
    rig.loop.advance(Duration.ofSeconds(1));

    assertThat(rig.loop.timers()).isZero();
  }

  @Test
  void closingWhileItWaitsStillAnswersWhatWasCalledBefore() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();
    CompletableFuture<String> first = rig.echo("a");
    goAway(socket, "0");
    rig.loop.advance(Duration.ZERO);
    CompletableFuture<String> held = rig.echo("b");

    rig.client.beginClose(Duration.ofSeconds(5));
    rig.loop.run();
    socket.receive("{\"id\":1,\"payload\":\"a\"}");
    socket.receive("{\"id\":2,\"payload\":\"b\"}");

    assertThat(first).isCompletedWithValue("a");
    assertThat(held).isCompletedWithValue("b");
    assertThat(rig.connector.opened()).isEqualTo(1);
  }

  private static void goAway(FakeSocket socket, String millis) {
    socket.receive(
        "{\"command\":\"mesh/going-away\",\"payload\":{\"reconnectAfterMillis\":" + millis + "}}");
  }
}
