// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.internal.loop.LoopThread;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connections one opening makes, and when; each address is a port of this machine. */
class DialTest {
  private static final int ACCEPT_MILLIS = 30_000;
  private static final Connector.Target TARGET =
      new Connector.Target(URI.create("ws://server.example/"), Map.of(), List.of());

  private final LoopThread loop = new LoopThread("dial-test");
  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private volatile Route.Finder finding = server -> new Route(List.copyOf(addresses), false, null);
  private final TcpConnector connector =
      new TcpConnector(
          loop,
          new TcpOptions("dial-test", null, null, Map.of(), 1_000),
          server -> finding.find(server));
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    onLoop(connector::stop);
    loop.stop();
    for (AutoCloseable closeable : toClose) {
      closeable.close();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("dial-test")));
  }

  @Test
  void refusedAddressIsFollowedByTheNextOneAfterAPause() throws Exception {
    addresses.add(refusing());
    ServerSocket second = listening();

    long before = loop.nanoTime();
    Outcome outcome = open();
    answerNothing(second);

    assertThat(Duration.ofNanos(loop.nanoTime() - before)).isGreaterThanOrEqualTo(Dial.PAUSE);
    assertThat(outcome.refusal()).hasMessageContaining("without an answer");
  }

  @Test
  void silentAddressIsGivenUpForTheNextOne() throws Exception {
    addresses.add(silent());
    ServerSocket second = listening();

    Outcome outcome = open();
    answerNothing(second);

    assertThat(outcome.refusal()).hasMessageContaining("without an answer");
  }

  @Test
  void connectionThatWasMadeIsTheOnlyOne() throws Exception {
    ServerSocket first = listening();
    ServerSocket second = listening();

    Outcome outcome = open();
    answerNothing(first);

    assertThat(outcome.refusal()).hasMessageContaining("without an answer");
    assertNobodyComes(first);
    assertNobodyComes(second);
  }

  @Test
  void nextOpeningBeginsWithAnAddressThatDidNotFail() throws Exception {
    ServerSocket first = listening();
    ServerSocket second = listening();
    Outcome failed = open();
    answerNothing(first);
    assertThat(failed.refusal()).isNotNull();

    Outcome outcome = open();
    answerNothing(second);

    assertThat(outcome.refusal()).isNotNull();
    assertNobodyComes(first);
  }

  @Test
  void lastRefusalIsTold() throws Exception {
    addresses.add(refusing());
    addresses.add(refusing());

    assertThat(open().refusal()).isInstanceOf(IOException.class);
  }

  @Test
  void addressThatNeverAnsweredIsTheLastOneNextTime() throws Exception {
    ServerSocket first = listening();
    ServerSocket second = listening();
    Outcome silent = open();
    try (java.net.Socket unanswered = first.accept()) {
      onLoop(silent.opening::cancel);
      assertThat(unanswered.getInputStream().readAllBytes()).isNotNull();
    }

    Outcome outcome = open();
    answerNothing(second);

    assertThat(outcome.refusal()).isNotNull();
    assertNobodyComes(first);
  }

  @Test
  void failureToFindTheWayIsTold() throws Exception {
    Error thrown = new NoClassDefFoundError("as a test");
    finding =
        server -> {
          throw thrown;
        };

    assertThat(open().refusal()).isSameAs(thrown);
  }

  @Test
  void wayOfACancelledOpeningIsNotLookedFor() throws Exception {
    CountDownLatch found = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    addresses.add(refusing());
    finding =
        server -> {
          asked.incrementAndGet();
          awaitFor(found);
          return new Route(List.copyOf(addresses), false, null);
        };
    Outcome first = open();
    Outcome cancelled = open();
    onLoop(cancelled.opening::cancel);
    Outcome last = open();

    found.countDown();

    assertThat(first.refusal()).isNotNull();
    assertThat(last.refusal()).isNotNull();
    assertThat(asked).hasValue(2);
  }

  private static void awaitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Outcome open() throws Exception {
    Outcome outcome = new Outcome();
    onLoop(() -> outcome.opening = connector.open(TARGET, outcome));
    return outcome;
  }

  private void onLoop(Runnable task) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean taken =
        loop.execute(
            () -> {
              task.run();
              done.complete(null);
            });
    assertThat(taken).isTrue();
    done.get(10, TimeUnit.SECONDS);
  }

  private ServerSocket listening() throws IOException {
    ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    server.setSoTimeout(ACCEPT_MILLIS);
    toClose.add(server);
    addresses.add((InetSocketAddress) server.getLocalSocketAddress());
    return server;
  }

  private static InetSocketAddress refusing() throws IOException {
    try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) closed.getLocalSocketAddress();
    }
  }

  /** A port whose queue is full, so that the system drops what wants to connect. */
  private InetSocketAddress silent() throws IOException {
    ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    toClose.add(full);
    InetSocketAddress address = (InetSocketAddress) full.getLocalSocketAddress();
    boolean connects = true;
    while (connects) {
      java.net.Socket filler = new java.net.Socket();
      toClose.add(filler);
      try {
        filler.connect(address, 300);
      } catch (IOException timedOut) {
        connects = false;
      }
    }
    return address;
  }

  /** Takes a connection and ends it behind the request. */
  private static void answerNothing(ServerSocket server) throws IOException {
    try (java.net.Socket client = server.accept()) {
      String request = "";
      while (!request.endsWith("\r\n\r\n")) {
        request += (char) client.getInputStream().read();
      }
    }
  }

  private static void assertNobodyComes(ServerSocket server) throws IOException {
    server.setSoTimeout(600);
    try (java.net.Socket unexpected = server.accept()) {
      throw new AssertionError("a connection came: " + unexpected);
    } catch (SocketTimeoutException nobody) {
      // as it should be
    }
  }

  private static final class Outcome implements SocketListener {
    private final CompletableFuture<Throwable> refusal = new CompletableFuture<>();
    private Connector.@Nullable Opening opening;

    Throwable refusal() throws Exception {
      return refusal.get(30, TimeUnit.SECONDS);
    }

    @Override
    public void onOpen(Socket socket) {}

    @Override
    public void onRefused(int httpStatus, Throwable cause) {
      refusal.complete(cause);
    }

    @Override
    public void onText(byte[] utf8) {}

    @Override
    public void onUnacceptable(int code, String reason) {}

    @Override
    public void onClosed(int code, String reason, @Nullable Throwable cause) {}
  }
}
