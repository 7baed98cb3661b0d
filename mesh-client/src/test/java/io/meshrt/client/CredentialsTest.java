// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class CredentialsTest {
  private static final String AUTHENTICATE =
      "{\"id\":1,\"command\":\"mesh/authenticate\",\"payload\":{\"credentials\":{\"token\":\"s3\"}}}";

  private final ClientRig rig = new ClientRig();

  @Test
  void credentialsGoOutAsAMessage() {
    FakeSocket socket = rig.connected();

    CompletableFuture<JsonNode> reply = rig.client.authenticate(Map.of("token", "s3"));
    rig.loop.run();
    assertThat(socket.takeOne()).isEqualTo(AUTHENTICATE);
    socket.receive(Frames.reply(1, "{\"identity\":\"ann\"}"));

    assertThat(reply.join().path("identity").textValue()).isEqualTo("ann");
  }

  @Test
  void acceptedCredentialsArePresentedAgainBeforeAnythingElse() {
    FakeSocket again = reconnectedAfterAuthentication();
    CompletableFuture<String> waiting = rig.echo("x");
    assertThat(rig.client.status()).isEqualTo(ClientStatus.RECONNECTING);

    assertThat(again.takeOne()).isEqualTo(AUTHENTICATE);
    again.receive(Frames.reply(1, "{\"identity\":\"ann\"}"));
    assertThat(again.takeOne()).contains("\"command\":\"echo\"");
    again.receive(Frames.reply(2, "\"x\""));

    assertThat(waiting).isCompletedWithValue("x");
  }

  @Test
  void credentialsRefusedAfterAReconnectAreReportedAndDropped() {
    FakeSocket again = reconnectedAfterAuthentication();

    again.receive(Frames.failure(1, "EUNAUTHORIZED", "expired"));

    assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
    assertThat(rig.errors)
        .extracting(ClientError::kind)
        .containsExactly(ClientError.Kind.CREDENTIALS_REFUSED);
    again.closeFromServer(1006, "");
    rig.awaitReconnect();
    FakeSocket third = rig.connector.next().accept();
    third.receive(Frames.welcome());
    assertThat(third.takeSent()).isEmpty();
  }

  @Test
  void serverThatDoesNotAnswerTheCredentialsFailsTheAttempt() {
    FakeSocket again = reconnectedAfterAuthentication();

    rig.loop.advance(Duration.ofSeconds(10));

    assertThat(again.closes()).containsExactly(1001);
    assertThat(rig.client.status()).isEqualTo(ClientStatus.RECONNECTING);
    rig.loop.advance(Duration.ofSeconds(1));
    assertThat(rig.connector.opened()).isEqualTo(3);
  }

  @Test
  void lossWhilePresentingTheCredentials() {
    FakeSocket again = reconnectedAfterAuthentication();

    again.closeFromServer(1006, "");
    rig.loop.advance(Duration.ofSeconds(1));
    FakeSocket third = rig.connector.next().accept();
    third.receive(Frames.welcome());

    assertThat(third.takeOne()).isEqualTo(AUTHENTICATE);
    assertThat(rig.errors).isEmpty();
  }

  @Test
  void refusedCredentialsAreNotKept() {
    FakeSocket socket = rig.connected();
    CompletableFuture<JsonNode> reply = rig.client.authenticate("wrong");
    rig.loop.run();

    socket.receive(Frames.failure(1, "EUNAUTHORIZED", "no"));
    socket.closeFromServer(1006, "");
    rig.awaitReconnect();
    FakeSocket again = rig.connector.next().accept();
    again.receive(Frames.welcome());

    assertFailed(reply, "EUNAUTHORIZED");
    assertThat(again.takeSent()).isEmpty();
  }

  private FakeSocket reconnectedAfterAuthentication() {
    FakeSocket socket = rig.connected();
    rig.client.authenticate(Map.of("token", "s3"));
    rig.loop.run();
    socket.receive(Frames.reply(1, "{\"identity\":\"ann\"}"));
    socket.closeFromServer(1006, "");
    rig.awaitReconnect();
    FakeSocket again = rig.connector.next().accept();
    again.receive(Frames.welcome());
    return again;
  }
}
