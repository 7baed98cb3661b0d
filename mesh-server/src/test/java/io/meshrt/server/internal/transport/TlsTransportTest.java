// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.transport.Transport.CloseWhen;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TlsTransportTest {
  private SSLContext tls;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    tls = TestServer.tls();
    server =
        TestServer.start(
            options ->
                options.withSslContext(tls).withMessageLimits(2 << 20, Duration.ofSeconds(10)));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private RawClient open() throws Exception {
    return RawClient.connectTls(server.port(), tls).upgrade();
  }

  @Test
  void messagesAreEchoed() throws Exception {
    try (RawClient client = open()) {
      client.sendText("hello");

      assertThat(client.readFrame()).isEqualTo("text:hello");
      assertThat(server.acceptor.next().request.secure()).isTrue();
    }
  }

  @Test
  void framesInTheSegmentOfTheUpgradeRequestAreRead() throws Exception {
    try (RawClient client = RawClient.connectTls(server.port(), tls)) {
      byte[] request = RawClient.request("/").getBytes(StandardCharsets.UTF_8);
      client.send(RawClient.join(request, RawClient.text("one"), RawClient.text("two")));

      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      assertThat(client.readFrame()).isEqualTo("text:one");
      assertThat(client.readFrame()).isEqualTo("text:two");
    }
  }

  @Test
  void oneMebibyteGoesEachWay() throws Exception {
    try (RawClient client = open()) {
      String large = "0123456789abcdef".repeat(1 << 16);
      client.sendText(large);

      assertThat(client.readFrame()).isEqualTo("text:" + large);
      client.sendText("after");
      assertThat(client.readFrame()).isEqualTo("text:after");
    }
  }

  @Test
  void oneMebibyteInFragmentsWithPingsBetweenIsEchoed() throws Exception {
    try (RawClient client = open()) {
      String piece = "0123456789abcdef".repeat(1 << 10);
      byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
      client.send(RawClient.frame(0x01, bytes));
      for (int number = 1; number < 64; number++) {
        client.send(RawClient.frame(0x89, new byte[] {(byte) ('0' + number)}));
        assertThat(client.readFrame()).isEqualTo("pong:" + (char) ('0' + number));
        client.send(RawClient.frame(number < 63 ? 0x00 : 0x80, bytes));
      }

      assertThat(client.readFrame()).isEqualTo("text:" + piece.repeat(64));
    }
  }

  @Test
  void manyRecordsOfOneSegmentAreAllRead() throws Exception {
    try (RawClient client = open()) {
      List<byte[]> frames = new ArrayList<>();
      for (int number = 0; number < 20_000; number++) {
        frames.add(RawClient.text("message number " + number));
      }
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> send(client, RawClient.join(frames.toArray(new byte[0][]))));

      for (int number = 0; number < 20_000; number++) {
        assertThat(client.readFrame()).isEqualTo("text:message number " + number);
      }
      sent.get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void stalledReaderGetsEveryByteOnceAndInOrder() throws Exception {
    try (RawClient client = open()) {
      FakeConnection connection = server.acceptor.next();
      for (int number = 0; number < 2000; number++) {
        connection.send(number + "x".repeat(number * 7 % 20_000));
      }

      for (int number = 0; number < 2000; number++) {
        assertThat(client.readFrame())
            .isEqualTo("text:" + number + "x".repeat(number * 7 % 20_000));
      }
    }
  }

  @Test
  void pausedSocketKeepsDecryptedBytesForLater() throws Exception {
    try (RawClient client = open()) {
      FakeConnection connection = server.acceptor.next();
      connection.onText =
          text -> {
            connection.send(text);
            if (text.startsWith("0")) {
              connection.transport.pauseReads();
            }
          };
      client.send(
          RawClient.join(
              RawClient.text("0" + "x".repeat(60_000)), RawClient.text("1"), RawClient.text("2")));
      assertThat(client.readFrame()).startsWith("text:0x");

      connection.transport.loop().execute(connection.transport::resumeReads);

      assertThat(client.readFrame()).isEqualTo("text:1");
      assertThat(client.readFrame()).isEqualTo("text:2");
    }
  }

  @Test
  void closeIsAnsweredAndTheStreamEndsProperly() throws Exception {
    try (RawClient client = open()) {
      FakeConnection connection = server.acceptor.next();
      client.send(RawClient.join(RawClient.text("last"), RawClient.closeFrame(1000)));

      assertThat(client.readFrame()).isEqualTo("text:last");
      assertThat(client.readFrame()).isEqualTo("close:1000:");
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(connection.awaitClosed()).isEqualTo("closed:1000::peer");
    }
  }

  @Test
  void ownCloseEndsProperly() throws Exception {
    try (RawClient client = open()) {
      FakeConnection connection = server.acceptor.next();
      connection.send("before");
      connection.transport.close(4001, "shutdown", CloseWhen.AFTER_PENDING);

      assertThat(client.readFrame()).isEqualTo("text:before");
      assertThat(client.readFrame()).isEqualTo("close:4001:shutdown");
      client.send(RawClient.closeFrame(4001));
      assertThat(client.readFrame()).isEqualTo("end");
    }
  }

  @Test
  void violationIsNamed() throws Exception {
    try (RawClient client = open()) {
      client.send(RawClient.join(new byte[] {(byte) 0x83, (byte) 0x80}, new byte[100_000]));

      assertThat(client.readFrame()).isEqualTo("close:1002:reserved opcode");
    }
  }

  @Test
  void halfSentRecordIsWaitedFor() throws Exception {
    try (HalvingProxy proxy = new HalvingProxy(server.port());
        RawClient client = RawClient.connectTls(proxy.port(), tls).upgrade()) {
      proxy.holdBack = 10;
      client.sendText("whole only later");
      proxy.held.get(10, TimeUnit.SECONDS);
      try (RawClient neighbour = open()) {
        neighbour.sendText("meanwhile");
        assertThat(neighbour.readFrame()).isEqualTo("text:meanwhile");
      }

      proxy.release();

      assertThat(client.readFrame()).isEqualTo("text:whole only later");
    }
  }

  @Test
  void plainTextToATlsPortHarmsNobody() throws Exception {
    try (RawClient plain = RawClient.connect(server.port());
        RawClient client = open()) {
      plain.send(RawClient.request("/"));
      plain.readHead();

      client.sendText("fine");
      assertThat(client.readFrame()).isEqualTo("text:fine");
    }
  }

  private static void send(RawClient client, byte[] bytes) {
    try {
      client.send(bytes);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Passes bytes on; on request keeps the last ones of what the client sends next. */
  private static final class HalvingProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket toServer;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    final CompletableFuture<Void> held = new CompletableFuture<>();
    volatile int holdBack;

    HalvingProxy(int serverPort) throws java.io.IOException {
      toServer = new Socket(InetAddress.getLoopbackAddress(), serverPort);
      Thread thread = new Thread(this::run, "halving proxy");
      thread.setDaemon(true);
      thread.start();
    }

    int port() {
      return listener.getLocalPort();
    }

    private void run() {
      try (Socket client = listener.accept()) {
        Thread back = new Thread(() -> copyBack(client), "halving proxy, back");
        back.setDaemon(true);
        back.start();
        byte[] buffer = new byte[65_536];
        InputStream in = client.getInputStream();
        for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
          int passed = count - Math.min(holdBack, count);
          kept.write(buffer, passed, count - passed);
          toServer.getOutputStream().write(buffer, 0, passed);
          if (holdBack > 0) {
            holdBack = 0;
            held.complete(null);
          }
        }
      } catch (java.io.IOException e) {
        held.completeExceptionally(e);
      }
    }

    private void copyBack(Socket client) {
      try {
        OutputStream out = client.getOutputStream();
        toServer.getInputStream().transferTo(out);
      } catch (java.io.IOException e) {
        held.completeExceptionally(e);
      }
    }

    void release() throws java.io.IOException {
      toServer.getOutputStream().write(kept.toByteArray());
    }

    @Override
    public void close() throws java.io.IOException {
      listener.close();
      toServer.close();
    }
  }
}
