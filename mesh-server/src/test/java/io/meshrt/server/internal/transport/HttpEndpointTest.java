// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.internal.transport.ConnectionAcceptor.Admission;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void stopClosesEverySocketAndLeavesNoThread(boolean secure) throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    TestServer server =
        TestServer.start(options -> secure ? options.withSslContext(uncheckedTls()) : options);
    RawClient client =
        secure
            ? RawClient.connectTls(server.port(), TestServer.tls()).upgrade()
            : RawClient.open(server.port());
    RawClient idle = RawClient.connect(server.port());
    FakeConnection connection = server.acceptor.next();

    server.close();

    assertThat(connection.awaitClosed()).isEqualTo("closed:1006::us");
    assertThat(connection.events).isEmpty();
    assertThat(endOf(client)).isEqualTo("end");
    assertThat(endOf(idle)).isEqualTo("end");
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread) && thread.isAlive())
                    .extracting(Thread::getName)
                    .filteredOn(HttpEndpointTest::isOfTheEndpoint)
                    .isEmpty());
    client.close();
    idle.close();
  }

  /** Not of JUnit, of who waits, or of the JVM itself. */
  private static boolean isOfTheEndpoint(String thread) {
    return !thread.matches("(junit|awaitility|ForkJoinPool|process reaper|CompletableFuture).*");
  }

  private static String endOf(RawClient client) {
    try {
      return client.readFrame();
    } catch (UncheckedIOException e) {
      return "end";
    }
  }

  private static javax.net.ssl.SSLContext uncheckedTls() {
    try {
      return TestServer.tls();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void stopFromAnIoThreadDoesNotWaitForItself() throws Exception {
    TestServer server = TestServer.start();
    try (RawClient client = server.open()) {
      FakeConnection connection = server.acceptor.next();

      connection.transport.loop().execute(server.endpoint::stop);

      assertThat(connection.awaitClosed()).isEqualTo("closed:1006::us");
      assertThat(endOf(client)).isEqualTo("end");
    }
  }

  @Test
  void stopAcceptingLeavesOpenSocketsAlone() throws Exception {
    try (TestServer server = TestServer.start();
        RawClient client = server.open()) {
      int port = server.port();

      server.endpoint.stopAccepting();

      assertThatThrownBy(() -> RawClient.connect(port)).isInstanceOf(ConnectException.class);
      client.sendText("still here");
      assertThat(client.readFrame()).isEqualTo("text:still here");
    }
  }

  @Test
  void portInUseIsNamed() {
    try (TestServer server = TestServer.start()) {
      int port = server.port();

      assertThatThrownBy(() -> TestServer.start(o -> o.withPort(port)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }

  @Test
  void unknownHostIsNamed() {
    assertThatThrownBy(() -> TestServer.start(o -> o.withHost("no such host")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("no such host:0");
  }

  @Test
  void tasksForAStoppedLoopAreDropped() throws Exception {
    TestServer server = TestServer.start();
    FakeConnection connection;
    try (RawClient client = server.open()) {
      connection = server.acceptor.next();
      server.close();
      assertThat(endOf(client)).isEqualTo("end");
    }

    connection.transport.loop().execute(() -> connection.events.add("ran"));
    connection.transport.requestFlush();
    connection.transport.close(1000, "", Transport.CloseWhen.NOW);

    assertThat(connection.awaitClosed()).isEqualTo("closed:1006::us");
    assertThat(connection.events).isEmpty();
  }

  @Test
  void decisionMayComeLaterFromAnyThread() throws Exception {
    try (TestServer server = TestServer.start();
        RawClient client = RawClient.connect(server.port())) {
      CompletableFuture<Admission> decision = new CompletableFuture<>();
      CompletableFuture<Void> asked = new CompletableFuture<>();
      server.acceptor.decision =
          request -> {
            asked.complete(null);
            return decision;
          };
      client.send(RawClient.request("/"));
      client.send(RawClient.text("early"));
      asked.get(10, TimeUnit.SECONDS);

      decision.complete(Admission.accept(null, "attached"));

      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      assertThat(client.readFrame()).isEqualTo("text:early");
      assertThat(server.acceptor.next().admission.attachment()).isEqualTo("attached");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusalCarriesStatusAndMessage(boolean later) throws Exception {
    try (TestServer server = TestServer.start();
        RawClient client = RawClient.connect(server.port())) {
      Admission refusal = Admission.refuse(401, "log in first");
      server.acceptor.decision =
          request ->
              later
                  ? CompletableFuture.supplyAsync(() -> refusal)
                  : CompletableFuture.completedFuture(refusal);
      client.send(RawClient.request("/"));

      assertThat(client.readResponse())
          .startsWith("HTTP/1.1 401 ")
          .contains("WWW-Authenticate: Bearer")
          .endsWith("log in first\n");
      client.send(RawClient.request("/"));
      assertThat(client.readResponse()).startsWith("HTTP/1.1 401 ");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failedDecisionTellsNothing(boolean later) throws Exception {
    try (TestServer server = TestServer.start();
        RawClient client = RawClient.connect(server.port())) {
      server.acceptor.decision =
          request -> {
            if (later) {
              return CompletableFuture.supplyAsync(
                  () -> {
                    throw new IllegalStateException("secret");
                  });
            }
            throw new IllegalStateException("secret");
          };
      client.send(RawClient.request("/"));

      assertThat(client.readResponse())
          .startsWith("HTTP/1.1 500 ")
          .endsWith("internal error\n")
          .doesNotContain("secret");
    }
  }

  @Test
  void admissionOfAClientThatWentAwayIsGivenBack() throws Exception {
    try (TestServer server = TestServer.start()) {
      CompletableFuture<Admission> decision = new CompletableFuture<>();
      CompletableFuture<Void> asked = new CompletableFuture<>();
      server.acceptor.decision =
          request -> {
            asked.complete(null);
            return decision;
          };
      RawClient client = RawClient.connect(server.port());
      client.send(RawClient.request("/"));
      asked.get(10, TimeUnit.SECONDS);
      client.reset();
      Admission admission = Admission.accept(null, "counted");

      decision.complete(admission);

      assertThat(givenBackOrClosed(server)).isIn("given back", "closed:1006::peer");
    }
  }

  /** The reset may be seen when the answer is written, or only when the socket is read. */
  private static String givenBackOrClosed(TestServer server) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (System.nanoTime() < deadline) {
      if (server.acceptor.abandoned.poll(10, TimeUnit.MILLISECONDS) != null) {
        return "given back";
      }
      FakeConnection opened = server.acceptor.connections.poll();
      if (opened != null) {
        return opened.awaitClosed();
      }
    }
    return "leaked";
  }

  @Test
  void admissionPendingAtStopIsGivenBackOrNeverUsed() throws Exception {
    TestServer server = TestServer.start();
    CompletableFuture<Admission> decision = new CompletableFuture<>();
    CompletableFuture<Void> asked = new CompletableFuture<>();
    server.acceptor.decision =
        request -> {
          asked.complete(null);
          return decision;
        };
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(RawClient.request("/"));
      asked.get(10, TimeUnit.SECONDS);
      server.close();

      decision.complete(Admission.accept(null, null));

      assertThat(server.acceptor.abandoned.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(server.acceptor.connections).isEmpty();
    }
  }
}
