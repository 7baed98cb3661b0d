// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientStatus.CLOSED;
import static io.meshrt.client.ClientStatus.CONNECTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeConnector.FakeOpening;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class CloseTest {
  @Test
  void closeSendsCloseAndLetsGoOfTheSocketWhenTheServerAnswers() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();

    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();
    assertThat(socket.closes()).containsExactly(1000);
    assertThat(rig.connector.stopped()).isFalse();
    socket.closeFromServer(1000, "");

    assertThat(socket.aborted()).isTrue();
    assertThat(rig.connector.stopped()).isTrue();
    assertThat(rig.client.status()).isEqualTo(CLOSED);
  }

  @Test
  void closeDoesNotWaitForASilentServer() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();

    rig.client.beginClose(Duration.ZERO);
    rig.loop.advance(Duration.ofSeconds(1));

    assertThat(socket.aborted()).isTrue();
    assertThat(rig.connector.stopped()).isTrue();
  }

  @Test
  void closeWhileConnecting() {
    ClientRig rig = new ClientRig();
    CompletableFuture<Void> connected = rig.client.connect();
    FakeOpening opening = rig.connector.next();

    rig.client.beginClose(Duration.ofSeconds(5));
    rig.loop.run();

    assertFailed(connected, "CLOSED");
    assertThat(opening.cancelled()).isTrue();
    assertThat(rig.connector.stopped()).isTrue();
    assertThat(rig.statuses()).containsExactly(CONNECTING, CLOSED);
  }

  @Test
  void closeWhileTheServerHasNotGreetedYet() {
    ClientRig rig = new ClientRig();
    CompletableFuture<Void> connected = rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();

    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    assertFailed(connected, "CLOSED");
    assertThat(socket.closes()).containsExactly(1000);
    assertThat(rig.connector.stopped()).isFalse();
    rig.loop.advance(Duration.ofSeconds(1));
    assertThat(socket.aborted()).isTrue();
    assertThat(rig.connector.stopped()).isTrue();
  }

  @Test
  void closeLetsGoOfSocketsThatAreStillSayingGoodBye() {
    ClientRig rig = new ClientRig();
    FakeSocket silent = rig.connected();
    rig.loop.advance(Duration.ofSeconds(60));
    assertThat(silent.closes()).containsExactly(4010);
    assertThat(silent.aborted()).isFalse();

    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    assertThat(silent.aborted()).isTrue();
    assertThat(rig.connector.stopped()).isTrue();
  }

  @Test
  void closeWhileReconnecting() {
    ClientRig rig = new ClientRig();
    rig.connected().closeFromServer(1006, "");
    CompletableFuture<String> waiting = rig.echo("x");

    rig.client.beginClose(Duration.ZERO);
    rig.loop.advance(Duration.ofMinutes(1));

    assertFailed(waiting, "CLOSED");
    assertThat(rig.connector.opened()).isEqualTo(1);
  }

  @Test
  void graceLetsCallsBeAnswered() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();
    CompletableFuture<String> early = rig.echo("early");

    rig.client.beginClose(Duration.ofSeconds(5));
    CompletableFuture<String> late = rig.echo("late");
    assertThat(socket.closes()).isEmpty();
    socket.receive(Frames.reply(1, "\"early\""));

    assertThat(early).isCompletedWithValue("early");
    assertFailed(late, "CLOSED");
    assertThat(socket.closes()).containsExactly(1000);
  }

  @Test
  void callsUnansweredWithinTheGraceFail() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();
    CompletableFuture<String> slow = rig.echo("slow");

    rig.client.beginClose(Duration.ofSeconds(5));
    rig.loop.advance(Duration.ofSeconds(5));

    assertFailed(slow, "CLOSED");
    assertThat(socket.closes()).containsExactly(1000);
  }

  @Test
  void lossDuringTheGraceEndsTheClose() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();
    CompletableFuture<String> slow = rig.echo("slow");

    rig.client.beginClose(Duration.ofSeconds(5));
    rig.loop.run();
    socket.closeFromServer(1006, "");

    assertFailed(slow, "CONNECTION_LOST");
    assertThat(rig.connector.stopped()).isTrue();
    assertThat(rig.connector.opened()).isEqualTo(1);
  }

  @Test
  void nothingWorksAfterClose() {
    ClientRig rig = new ClientRig();
    rig.client.beginClose(Duration.ZERO);
    rig.loop.run();

    CompletableFuture<Void> connected = rig.client.connect();
    CompletableFuture<String> reply = rig.echo("x");

    assertFailed(connected, "CLOSED");
    assertFailed(reply, "CLOSED");
    rig.client.close();
  }
}
