// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.ClientRig.assertFailed;
import static io.meshrt.client.ClientRig.failure;
import static io.meshrt.client.ClientStatus.CONNECTED;
import static io.meshrt.client.ClientStatus.CONNECTING;
import static io.meshrt.client.ClientStatus.DISCONNECTED;
import static io.meshrt.client.ClientStatus.RECONNECTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeConnector.FakeOpening;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class ConnectTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  @Test
  void connectCompletesWithTheWelcome() {
    ClientRig rig = new ClientRig();

    CompletableFuture<Void> connected = rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();
    assertThat(connected).isNotDone();
    socket.receive(Frames.welcome());

    assertThat(connected).isCompleted();
    assertThat(rig.client.connectionId()).contains("n1-conn-7");
    assertThat(rig.client.serverInfo().orElseThrow().nodeId()).contains("n1");
    assertThat(rig.statuses()).containsExactly(CONNECTING, CONNECTED);
  }

  @Test
  void upgradeRequestCarriesHeadersSubprotocolAndToken() {
    ClientRig rig =
        new ClientRig(
            b -> b.header("X-App", "a").header("X-App", "b").blockingTokenSupplier(() -> "t0"));

    rig.client.connect();
    FakeOpening opening = rig.connector.next();

    assertThat(opening.target().subprotocols()).containsExactly("mesh.v1");
    assertThat(opening.target().headers())
        .isEqualTo(Map.of("X-App", List.of("a", "b"), "Authorization", List.of("Bearer t0")));
    assertThat(opening.target().uri().toString()).isEqualTo("ws://localhost:8080/socket?room=1");
  }

  @Test
  void connectJoinsTheAttemptUnderWay() {
    ClientRig rig = new ClientRig();

    CompletableFuture<Void> first = rig.client.connect();
    CompletableFuture<Void> second = rig.client.connect();
    rig.connector.next().accept().receive(Frames.welcome());

    assertThat(rig.connector.opened()).isEqualTo(1);
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    CompletableFuture<Void> third = rig.client.connect();
    rig.loop.run();
    assertThat(third).isCompleted();
  }

  @Test
  void failedFirstConnectIsReportedAndNotRetried() {
    ClientRig rig = new ClientRig();
    CompletableFuture<Void> connected = rig.client.connect();
    CompletableFuture<String> waiting = rig.echo("x");

    rig.connector.next().refuse(503);
    rig.loop.advance(Duration.ofMinutes(5));

    assertThat(failure(connected)).isInstanceOf(ConnectionFailedException.class);
    assertThat(((ConnectionFailedException) failure(connected)).httpStatus()).hasValue(503);
    assertFailed(waiting, "EUNAVAILABLE");
    assertThat(rig.connector.opened()).isEqualTo(1);
    assertThat(rig.statuses()).containsExactly(CONNECTING, DISCONNECTED);
    assertThat(rig.loop.timers()).isZero();
  }

  @Test
  void connectMayBeCalledAgainAfterItFailed() {
    ClientRig rig = new ClientRig();
    rig.client.connect();
    rig.connector.next().refuse(0);

    rig.connected();

    assertThat(rig.client.status()).isEqualTo(CONNECTED);
  }

  @Test
  void failedFirstConnectIsRetriedWhenThePolicySaysSo() {
    ReconnectPolicy policy = ReconnectPolicy.defaults().withFirstConnectRetried();
    ClientRig rig = new ClientRig(b -> b.reconnect(policy));
    CompletableFuture<Void> connected = rig.client.connect();

    rig.connector.next().refuse(0);
    rig.awaitReconnect();
    rig.connector.next().accept().receive(Frames.welcome());

    assertThat(connected).isCompleted();
    assertThat(rig.statuses()).containsExactly(CONNECTING, CONNECTED);
  }

  @Test
  void lostConnectionIsRestored() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();

    socket.closeFromServer(4001, "going down");
    assertThat(rig.client.status()).isEqualTo(RECONNECTING);
    assertThat(rig.client.connectionId()).isEmpty();
    rig.awaitReconnect();
    rig.connector.next().accept().receive(Frames.welcome());

    assertThat(rig.statuses()).containsExactly(CONNECTING, CONNECTED, RECONNECTING, CONNECTED);
    StatusChange loss = rig.changes.get(2);
    assertThat(loss.closeCode()).hasValue(4001);
    assertThat(loss.reason()).isEqualTo("going down");
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1001, 1005, 1006, 1011, 1012, 1013, 4000, 4008, 4499})
  void closeCodesThatInviteAreFollowedByAnAttempt(int code) {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();

    socket.closeFromServer(code, "");
    rig.awaitReconnect();

    assertThat(rig.connector.opened()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {1002, 1003, 1007, 1008, 1009, 4500, 4501, 4503, 4526, 4999})
  void closeCodesThatDoNotInviteEndInDisconnected(int code) {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();

    socket.closeFromServer(code, "no");
    rig.loop.advance(Duration.ofMinutes(5));

    assertThat(rig.connector.opened()).isEqualTo(1);
    assertThat(rig.statuses()).containsExactly(CONNECTING, CONNECTED, DISCONNECTED);
    assertThat(rig.changes.get(2).closeCode()).hasValue(code);
    assertThat(rig.changes.get(2).gaveUp()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403})
  void upgradeRefusedForGoodEndsTheAttempts(int status) {
    ClientRig rig = new ClientRig();
    rig.connected().closeFromServer(1006, "");
    rig.awaitReconnect();

    rig.connector.next().refuse(status);

    assertThat(rig.client.status()).isEqualTo(DISCONNECTED);
  }

  @Test
  void policyOffDoesNotReconnect() {
    ClientRig rig = new ClientRig(b -> b.reconnect(ReconnectPolicy.off()));

    rig.connected().closeFromServer(1006, "");

    assertThat(rig.client.status()).isEqualTo(DISCONNECTED);
    assertThat(rig.changes.get(2).gaveUp()).isFalse();
  }

  @Test
  void clientGivesUpWhenItsAttemptsAreUsedUp() {
    ReconnectPolicy policy = ReconnectPolicy.fixed(Duration.ofSeconds(1)).withMaxAttempts(2);
    ClientRig rig = new ClientRig(b -> b.reconnect(policy));
    rig.connected().closeFromServer(1006, "");
    CompletableFuture<String> waiting = rig.echo("x");
    CompletableFuture<Void> again = rig.client.connect();

    rig.loop.advance(Duration.ofSeconds(1));
    rig.connector.next().refuse(0);
    rig.loop.advance(Duration.ofSeconds(1));
    rig.connector.next().refuse(502);

    assertThat(rig.client.status()).isEqualTo(DISCONNECTED);
    assertThat(rig.changes.get(3).gaveUp()).isTrue();
    assertFailed(waiting, "EUNAVAILABLE");
    assertThat(failure(again)).isInstanceOf(ConnectionFailedException.class);
  }

  @Test
  void connectTimeoutCoversTheToken() {
    CompletableFuture<String> never = new CompletableFuture<>();
    ClientRig rig = new ClientRig(b -> b.tokenSupplier(() -> never).connectTimeout(TEN_SECONDS));
    CompletableFuture<Void> connected = rig.client.connect();

    rig.loop.advance(TEN_SECONDS);
    never.complete("late");
    rig.loop.run();

    assertThat(failure(connected)).hasMessageContaining("10000 ms");
    assertThat(rig.connector.opened()).isZero();
  }

  @Test
  void connectTimeoutCoversTheUpgrade() {
    ClientRig rig = new ClientRig(b -> b.connectTimeout(TEN_SECONDS));
    CompletableFuture<Void> connected = rig.client.connect();
    FakeOpening opening = rig.connector.next();

    rig.loop.advance(TEN_SECONDS);

    assertThat(connected).isCompletedExceptionally();
    assertThat(opening.cancelled()).isTrue();
  }

  @Test
  void connectTimeoutCoversTheGreeting() {
    ClientRig rig = new ClientRig(b -> b.connectTimeout(TEN_SECONDS).generation(Generation.V1));
    CompletableFuture<Void> connected = rig.client.connect();
    FakeSocket socket = rig.connector.next().accept();

    rig.loop.advance(TEN_SECONDS);

    assertThat(connected).isCompletedExceptionally();
    assertThat(socket.closes()).containsExactly(1001);
    rig.loop.advance(Duration.ofSeconds(1));
    assertThat(socket.aborted()).isTrue();
  }

  @Test
  void tokenIsAskedForAgainAtEachAttempt() {
    AtomicInteger asked = new AtomicInteger();
    ClientRig rig =
        new ClientRig(
            b ->
                b.tokenSupplier(
                    () -> CompletableFuture.completedFuture("t" + asked.incrementAndGet())));
    rig.client.connect();
    FakeOpening first = rig.connector.next();
    FakeSocket socket = first.accept();
    socket.receive(Frames.welcome());

    socket.closeFromServer(4501, "expired");
    rig.client.connect();
    FakeOpening second = rig.connector.next();

    assertThat(first.target().headers().get("Authorization")).containsExactly("Bearer t1");
    assertThat(second.target().headers().get("Authorization")).containsExactly("Bearer t2");
  }

  @Test
  void failingTokenSupplierFailsTheAttempt() {
    RuntimeException boom = new IllegalStateException("no token today");
    CompletionStage<String> failed = CompletableFuture.failedFuture(boom);
    ClientRig rig = new ClientRig(b -> b.tokenSupplier(() -> failed));

    CompletableFuture<Void> connected = rig.client.connect();
    rig.loop.run();

    assertThat(failure(connected)).hasRootCause(boom);
  }

  @Test
  void throwingTokenSupplierFailsTheAttempt() {
    ClientRig rig =
        new ClientRig(
            b ->
                b.blockingTokenSupplier(
                    () -> {
                      throw new IllegalStateException("no token today");
                    }));

    CompletableFuture<Void> connected = rig.client.connect();
    rig.loop.run();

    assertThat(failure(connected)).hasMessageContaining("token supplier");
  }

  @Test
  void messageOverTheLimitEndsTheConnectionForGood() {
    ClientRig rig = new ClientRig();
    FakeSocket socket = rig.connected();

    socket.receiveTooMuch();

    assertThat(socket.closes()).containsExactly(1009);
    assertThat(rig.client.status()).isEqualTo(DISCONNECTED);
    assertThat(rig.changes.get(2).closeCode()).hasValue(1009);
  }
}
