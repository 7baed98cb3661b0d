// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.node.TextNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.AuthenticationOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.command.CommandOptions;
import io.meshrt.server.command.Middleware;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.connection.LegacyGeneration;
import java.io.UncheckedIOException;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A whole server, asked over real sockets. */
class MeshServerTest {
  private MeshServer server = builder().build();

  @AfterEach
  void closeServer() {
    server.close(Duration.ofSeconds(5));
  }

  @Test
  void answersInMeshV1() throws Exception {
    server.registerCommand("echo", ctx -> "echo: " + ctx.payload(String.class));
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);

    assertThat(peer.next()).contains("mesh/welcome", "connectionId");
    peer.send("{\"id\":4,\"command\":\"echo\",\"payload\":\"a\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":4,\"payload\":\"echo: a\"}");
    peer.send("{\"id\":5,\"command\":\"nope\"}");
    assertThat(peer.next())
        .isEqualTo(
            "{\"id\":5,\"error\":{\"code\":\"ENOTFOUND\",\"message\":\"Command \\\"nope\\\" not"
                + " found\"}}");
  }

  @Test
  void answersLegacyClientsInTheirWords() throws Exception {
    server.registerCommand("echo", ctx -> "echo: " + ctx.payload(String.class));
    server.registerCommand(
        "refuse",
        ctx -> {
          throw CommandException.accessDenied("no");
        });
    server.start();
    WebSocketPeer peer = WebSocketPeer.legacy(server);

    assertThat(peer.next()).contains("mesh/assign-id");
    assertThat(peer.next()).contains("rt/assign-id");
    peer.send("{\"id\":0,\"command\":\"echo\",\"payload\":\"Hello!\"}");
    assertThat(peer.next())
        .isEqualTo("{\"id\":0,\"command\":\"echo\",\"payload\":\"echo: Hello!\"}");
    peer.send("{\"id\":0,\"command\":\"refuse\",\"payload\":{}}");
    assertThat(peer.next())
        .isEqualTo(
            "{\"id\":0,\"command\":\"refuse\",\"payload\":{\"error\":\"no\",\"code\":\"EACCESS\","
                + "\"name\":\"PermissionError\"}}");
  }

  @Test
  void announcesOnlyTheGenerationsAskedFor() throws Exception {
    server = builder().announceLegacyGenerations(LegacyGeneration.REALTIME).build();
    server.start();

    assertThat(WebSocketPeer.legacy(server).next()).contains("rt/assign-id");
  }

  @Test
  void secondCommandAnswersWhileTheFirstBlocks() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    server.registerCommand("block", ctx -> release.await(20, TimeUnit.SECONDS));
    server.registerCommand("quick", ctx -> "quick");
    server.registerCommand("inline", ctx -> "inline", CommandOptions.runNonBlocking());
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    peer.send("{\"id\":1,\"command\":\"block\"}");
    peer.send("{\"id\":2,\"command\":\"quick\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":2,\"payload\":\"quick\"}");
    peer.send("{\"id\":3,\"command\":\"inline\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":3,\"payload\":\"inline\"}");
    release.countDown();
    assertThat(peer.next()).isEqualTo("{\"id\":1,\"payload\":true}");
  }

  /** A payload. */
  public record Order(String item, int count) {}

  @Test
  void bindsTypedPayloads() throws Exception {
    server.registerCommand("one", Order.class, (order, ctx) -> order.item() + order.count());
    server.registerCommand(
        "many",
        new TypeReference<List<Order>>() {},
        (orders, ctx) -> orders.stream().mapToInt(Order::count).sum());
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    peer.send("{\"id\":1,\"command\":\"one\",\"payload\":{\"item\":\"a\",\"count\":2}}");
    assertThat(peer.next()).isEqualTo("{\"id\":1,\"payload\":\"a2\"}");
    peer.send("{\"id\":2,\"command\":\"many\",\"payload\":[{\"count\":2},{\"count\":3}]}");
    assertThat(peer.next()).isEqualTo("{\"id\":2,\"payload\":5}");
    peer.send("{\"id\":3,\"command\":\"one\",\"payload\":{\"count\":\"x\"}}");
    assertThat(peer.next()).contains("\"id\":3", "EBADREQUEST");
  }

  @Test
  void middlewareGuardsAndCanBeTakenAway() throws Exception {
    server.registerCommand("secret", ctx -> 42);
    Registration guard =
        server.addMiddleware(
            ctx -> {
              if (ctx.connection().identity().isEmpty()) {
                throw CommandException.unauthorized("log in first");
              }
            });
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    peer.send("{\"id\":1,\"command\":\"secret\"}");
    assertThat(peer.next()).contains("EUNAUTHORIZED", "log in first");
    guard.close();
    peer.send("{\"id\":2,\"command\":\"secret\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":2,\"payload\":42}");
  }

  @Test
  void commandsComeAndGoWhileTheServerRuns() throws Exception {
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    Registration registration =
        server.registerCommand(
            "c", ctx -> 1, List.of(Middleware.before((Middleware.Check) ctx -> {})));
    peer.send("{\"id\":1,\"command\":\"c\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":1,\"payload\":1}");
    registration.close();
    peer.send("{\"id\":2,\"command\":\"c\"}");
    assertThat(peer.next()).contains("ENOTFOUND");
    server.onUnknownCommand(ctx -> "fallback " + ctx.command());
    peer.send("{\"id\":3,\"command\":\"c\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":3,\"payload\":\"fallback c\"}");
  }

  @Test
  void upgradeAuthenticatorDecidesAndItsDecisionIsThereAtOnce() throws Exception {
    server =
        builder()
            .authentication(
                request ->
                    request
                        .queryParameter("user")
                        .map(Identity::of)
                        .map(Authentication::accept)
                        .map(accepted -> accepted.withMetadata(TextNode.valueOf("m")))
                        .orElseThrow(() -> CommandException.accessDenied("who?")))
            .build();
    server.registerCommand(
        "me",
        ctx ->
            ctx.connection().identity().orElseThrow().id()
                + ctx.connection().initialMetadata().orElseThrow().textValue());
    server.start();

    WebSocketPeer peer = WebSocketPeer.connect(server, "/?user=ann", "mesh.v1");
    assertThat(peer.next()).contains("\"identity\":\"ann\"");
    peer.send("{\"id\":1,\"command\":\"me\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":1,\"payload\":\"annm\"}");
    assertThatExceptionOfType(CompletionException.class)
        .isThrownBy(() -> WebSocketPeer.v1(server))
        .withCauseInstanceOf(WebSocketHandshakeException.class)
        .satisfies(
            e ->
                assertThat(((WebSocketHandshakeException) e.getCause()).getResponse().statusCode())
                    .isEqualTo(403));
  }

  @Test
  void clientAuthenticatesByMessage() throws Exception {
    server =
        builder()
            .authentication(
                AuthenticationOptions.defaults()
                    .withMessage(
                        (credentials, connection) ->
                            Authentication.accept(Identity.of(credentials.textValue())))
                    .withRequired(true))
            .build();
    server.registerCommand("me", ctx -> ctx.connection().identity().orElseThrow().id());
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    peer.send("{\"id\":1,\"command\":\"me\"}");
    assertThat(peer.next()).contains("EUNAUTHORIZED");
    peer.send("{\"id\":2,\"command\":\"mesh/authenticate\",\"payload\":{\"credentials\":\"ann\"}}");
    assertThat(peer.next()).isEqualTo("{\"id\":2,\"payload\":{\"identity\":\"ann\"}}");
    peer.send("{\"id\":3,\"command\":\"me\"}");
    assertThat(peer.next()).isEqualTo("{\"id\":3,\"payload\":\"ann\"}");
  }

  @Test
  void listenersHearOfConnectionsAndFailures() throws Exception {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    server.onConnect(connection -> events.add("connect " + connection.path()));
    server.onDisconnect((connection, code, reason) -> events.add("disconnect " + code));
    server.onError((connection, error) -> events.add("error " + error.getMessage()));
    server.registerCommand(
        "fail",
        ctx -> {
          throw new IllegalStateException("inside");
        });
    server.registerCommand(
        "bye",
        ctx -> {
          ctx.connection().close(3001, "bye");
          return null;
        });
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    peer.send("{\"id\":1,\"command\":\"fail\"}");
    assertThat(peer.next()).contains("ESERVER").doesNotContain("inside");
    peer.send("{\"id\":2,\"command\":\"bye\"}");

    assertThat(peer.awaitClose()).isEqualTo(3001);
    assertThat(
            List.of(
                events.poll(20, TimeUnit.SECONDS),
                events.poll(20, TimeUnit.SECONDS),
                events.poll(20, TimeUnit.SECONDS)))
        .containsExactly("connect /", "error inside", "disconnect 3001");
  }

  @Test
  void connectionsAreFoundById() throws Exception {
    AtomicReference<Connection> seen = new AtomicReference<>();
    server.registerCommand("me", ctx -> ctx.connection().id());
    server.onConnect(seen::set);
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();

    peer.send("{\"id\":1,\"command\":\"me\"}");
    peer.next();

    Connection only = server.connections().list().get(0);
    assertThat(server.connections().count()).isEqualTo(1);
    assertThat(server.connections().find(only.id())).containsSame(only);
    assertThat(server.connections().find("nobody")).isEmpty();
  }

  @Test
  void closeLetsRunningCommandsFinishAndEndsEveryThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch disconnected = new CountDownLatch(1);
    server.registerCommand(
        "slow",
        ctx -> {
          running.countDown();
          return release.await(20, TimeUnit.SECONDS);
        });
    server.onDisconnect((connection, code, reason) -> disconnected.countDown());
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();
    peer.send("{\"id\":1,\"command\":\"slow\"}");
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<Void> closing =
        CompletableFuture.runAsync(() -> server.close(Duration.ofSeconds(20)));
    await().until(() -> isRefused());
    boolean waited = !closing.isDone();
    release.countDown();
    closing.get(20, TimeUnit.SECONDS);

    assertThat(waited).isTrue();
    assertThat(peer.next()).isEqualTo("{\"id\":1,\"payload\":true}");
    assertThat(peer.awaitClose()).isEqualTo(4001);
    assertThat(disconnected.getCount()).isZero();
    await().untilAsserted(() -> assertThat(threadsOfTheServer(before)).isEmpty());
  }

  @Test
  void closeCutsOffWhatDoesNotEndInTime() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    server.registerCommand(
        "never",
        ctx -> {
          running.countDown();
          return new CountDownLatch(1).await(60, TimeUnit.SECONDS);
        });
    server.start();
    WebSocketPeer peer = WebSocketPeer.v1(server);
    peer.next();
    peer.send("{\"id\":1,\"command\":\"never\"}");
    assertThat(running.await(20, TimeUnit.SECONDS)).isTrue();

    server.close(Duration.ofMillis(100));
    server.close();

    assertThat(peer.awaitClose()).isEqualTo(4001);
  }

  @Test
  void startsOnceAndNotAfterClose() {
    server.start();

    assertThatIllegalStateException().isThrownBy(server::start);
    server.close();
    assertThatIllegalStateException().isThrownBy(server::start);
  }

  @Test
  void portThatIsTakenIsNamed() {
    server.start();
    MeshServer second = MeshServer.builder().host("127.0.0.1").port(server.port()).build();

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(second::start)
        .withMessageContaining("127.0.0.1:" + server.port());
  }

  @Test
  void handlersRunOnTheExecutorTheyWereGivenWhichStaysOpen() throws Exception {
    ExecutorService executor =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "own-thread"));
    try {
      server = builder().executor(executor).build();
      server.registerCommand("where", ctx -> Thread.currentThread().getName());
      server.start();
      WebSocketPeer peer = WebSocketPeer.v1(server);
      peer.next();

      peer.send("{\"id\":1,\"command\":\"where\"}");
      assertThat(peer.next()).isEqualTo("{\"id\":1,\"payload\":\"own-thread\"}");
      server.close();
      assertThat(executor.isShutdown()).isFalse();
    } finally {
      executor.shutdownNow();
    }
  }

  private boolean isRefused() {
    try {
      WebSocketPeer.v1(server);
      return false;
    } catch (CompletionException e) {
      return true;
    }
  }

  private static Set<String> threadsOfTheServer(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("mesh-"))
        .collect(Collectors.toSet());
  }

  private static MeshServerBuilder builder() {
    return MeshServer.builder().host("127.0.0.1").port(0);
  }
}
