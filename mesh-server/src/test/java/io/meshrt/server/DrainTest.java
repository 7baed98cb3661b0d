// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A whole server that is drained, over real sockets. */
class DrainTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeshServer server =
      MeshServer.builder().host("127.0.0.1").port(0).meterRegistry(registry).build();

  @AfterEach
  void closeServer() {
    server.close(Duration.ofSeconds(5));
  }

  @Test
  void isReadyFromStartToDrain() throws Exception {
    boolean before = server.isReady();
    server.start();
    boolean started = server.isReady();
    double gauge = registry.get("mesh.ready").gauge().value();

    server.drain(LONG);

    assertThat(before).isFalse();
    assertThat(started).isTrue();
    assertThat(gauge).isEqualTo(1);
    assertThat(server.isReady()).isFalse();
    assertThat(registry.get("mesh.ready").gauge().value()).isZero();
  }

  @Test
  void closedServersAreNotReady() {
    server.start();

    server.close();

    assertThat(server.isReady()).isFalse();
  }

  @Test
  void newConnectionsAreRefusedAndToldToTryAgain() {
    server.start();
    server.drain(LONG);

    HttpResponse<?> refusal = refusal();

    assertThat(refusal.statusCode()).isEqualTo(503);
    assertThat(refusal.headers().firstValue("Retry-After")).contains("1");
    await()
        .untilAsserted(
            () ->
                assertThat(
                        registry
                            .get("mesh.upgrades.refused")
                            .tag("reason", "draining")
                            .counter()
                            .count())
                    .isEqualTo(1));
  }

  @Test
  void connectionsThatAreThereAreToldAndServed() throws Exception {
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    CompletableFuture<Void> drain = drain(LONG);
    String told = peer.next();
    peer.send("{\"id\":1,\"command\":\"echo\",\"payload\":7}");
    String answer = peer.next();
    boolean waited = !drain.isDone();
    peer.close();
    drain.get(20, TimeUnit.SECONDS);

    assertThat(told)
        .isEqualTo("{\"command\":\"mesh/going-away\",\"payload\":{\"reconnectAfterMillis\":0}}");
    assertThat(answer).isEqualTo("{\"id\":1,\"payload\":7}");
    assertThat(waited).isTrue();
    await()
        .untilAsserted(
            () ->
                assertThat(
                        registry
                            .get("mesh.connections.drained")
                            .tag("how", "left")
                            .counter()
                            .count())
                    .isEqualTo(1));
  }

  @Test
  void olderClientsAreClosedAtTheirTurnWithoutAWord() throws Exception {
    server.registerCommand("echo", ctx -> ctx.rawPayload());
    server.start();
    WebSocketPeer peer = WebSocketPeer.legacy(server);
    peer.send("{\"id\":1,\"command\":\"echo\",\"payload\":7}");
    peer.awaitText("\"id\":1");

    server.drain(LONG);

    assertThat(peer.awaitClose()).isEqualTo(4001);
    assertThat(peer.unread()).isEmpty();
  }

  @Test
  void whoeverStaysIsClosedInTheEnd() throws Exception {
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    server.drain(Duration.ofMillis(400));

    assertThat(peer.awaitClose()).isEqualTo(4001);
    await().untilAsserted(() -> assertThat(server.connections().count()).isZero());
  }

  @Test
  void closeEndsIt() throws Exception {
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();
    CompletableFuture<Void> drain = drain(LONG);
    peer.next();

    server.close(Duration.ofSeconds(20));
    drain.get(20, TimeUnit.SECONDS);

    assertThat(peer.awaitClose()).isEqualTo(4001);
  }

  @Test
  void anotherCallWaitsItsOwnTimeAndCutsNobody() throws Exception {
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();
    CompletableFuture<Void> first = drain(LONG);
    peer.next();

    server.drain(Duration.ofMillis(10));
    boolean stillThere = !first.isDone();
    peer.close();
    first.get(20, TimeUnit.SECONDS);

    assertThat(stillThere).isTrue();
  }

  @Test
  void beforeStartAndAfterCloseItDoesNothing() {
    server.drain(LONG);
    server.start();
    boolean ready = server.isReady();
    server.close();
    server.drain(LONG);

    assertThat(ready).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT-0.001S", "P1DT0.001S"})
  void timesThatMakeNoSenseAreRefused(Duration timeout) {
    server.start();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> server.drain(timeout))
        .withMessageContaining("timeout");
    assertThat(server.isReady()).isTrue();
  }

  @Test
  void noTimeAtAllClosesEverybodyAtOnce() throws Exception {
    server.start();
    WebSocketPeer first = WebSocketPeer.v1(server);
    WebSocketPeer second = WebSocketPeer.v1(server);
    first.next();
    second.next();

    server.drain(Duration.ZERO);

    assertThat(first.awaitClose()).isEqualTo(4001);
    assertThat(second.awaitClose()).isEqualTo(4001);
  }

  private CompletableFuture<Void> drain(Duration timeout) {
    CompletableFuture<Void> drain = CompletableFuture.runAsync(() -> server.drain(timeout));
    await().until(() -> !server.isReady());
    return drain;
  }

  private HttpResponse<?> refusal() {
    try {
      WebSocketPeer.v1(server);
      throw new AssertionError("not refused");
    } catch (CompletionException e) {
      return ((WebSocketHandshakeException) e.getCause()).getResponse();
    }
  }
}
