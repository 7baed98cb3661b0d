// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
  private static final byte[] PING = "*1\r\n$4\r\nPING\r\n".getBytes(US_ASCII);

  private RedisServer redis;
  private TcpProxy proxy;

  @BeforeEach
  void start() {
    redis = RedisServer.started();
    proxy = TcpProxy.to(redis.port());
  }

  @AfterEach
  void close() {
    proxy.close();
    redis.close();
  }

  @Test
  void requestsPassAndAreCounted() throws Exception {
    try (Socket socket = connect()) {
      assertThat(ping(socket)).isEqualTo("+PONG\r\n");
      assertThat(ping(socket)).isEqualTo("+PONG\r\n");
      assertThat(proxy.requests()).isEqualTo(Map.of("PING", 2L));
      assertThat(proxy.bytes(TcpProxy.Direction.TO_SERVER)).isEqualTo(2L * PING.length);
      assertThat(proxy.bytes(TcpProxy.Direction.TO_CLIENT)).isEqualTo(2L * "+PONG\r\n".length());

      proxy.forget();

      assertThat(proxy.requests()).isEmpty();
      assertThat(proxy.bytes(TcpProxy.Direction.TO_SERVER)).isZero();
    }
  }

  @Test
  void plainProxyPassesAnything() throws Exception {
    try (TcpProxy plain = TcpProxy.plain(redis.port());
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), plain.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("PING\r\n".getBytes(US_ASCII));

      assertThat(read(socket)).isEqualTo("+PONG\r\n");
      assertThat(plain.requests()).isEmpty();
    }
  }

  @Test
  void redirectedProxyPassesNewConnectionsToAnotherServer() throws Exception {
    try (RedisServer other = RedisServer.started()) {
      redis.kill();
      proxy.redirect(other.port());

      try (Socket socket = connect()) {
        assertThat(ping(socket)).isEqualTo("+PONG\r\n");
      }
    }
  }

  @Test
  void frozenConnectionSaysNothingAndGoesOn() throws Exception {
    try (Socket socket = connect()) {
      socket.setSoTimeout(200);
      proxy.freeze(TcpProxy.Direction.TO_CLIENT);

      assertThatThrownBy(() -> ping(socket)).isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(10_000);
      proxy.thaw();

      assertThat(read(socket)).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void requestThatWasHeldBackDoesNotCount() throws Exception {
    try (Socket socket = connect()) {
      proxy.freeze(TcpProxy.Direction.TO_SERVER);
      socket.setSoTimeout(200);
      assertThatThrownBy(() -> ping(socket)).isInstanceOf(SocketTimeoutException.class);
      assertThat(proxy.requests()).isEmpty();
      socket.setSoTimeout(10_000);
      proxy.thaw();

      assertThat(read(socket)).isEqualTo("+PONG\r\n");
      assertThat(proxy.requests()).isEqualTo(Map.of("PING", 1L));
    }
  }

  @Test
  void frozenDirectionLeavesTheOtherAlone() throws Exception {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request("SUBSCRIBE", "news"));
      assertThat(read(socket)).contains("subscribe");
      proxy.freeze(TcpProxy.Direction.TO_SERVER);

      socket.getOutputStream().write(PING);
      redis.command("PUBLISH", "news", "hello");

      assertThat(read(socket)).contains("hello").doesNotContain("pong");
      proxy.thaw();
      assertThat(read(socket)).contains("pong");
    }
  }

  @Test
  void frozenConnectionIsNotToldThatTheServerIsGone() throws Exception {
    try (Socket socket = connect()) {
      assertThat(ping(socket)).isEqualTo("+PONG\r\n");
      proxy.freeze();
      redis.kill();

      socket.setSoTimeout(200);
      assertThatThrownBy(() -> read(socket)).isInstanceOf(SocketTimeoutException.class);
      socket.setSoTimeout(10_000);
      proxy.thaw();

      assertThatThrownBy(() -> read(socket)).isNotInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void strandedConnectionsSayNothingWhileNewOnesPass() throws Exception {
    try (Socket stranded = connect()) {
      assertThat(ping(stranded)).isEqualTo("+PONG\r\n");
      proxy.strand();

      try (Socket other = connect()) {
        assertThat(ping(other)).isEqualTo("+PONG\r\n");
      }
      stranded.setSoTimeout(200);
      assertThatThrownBy(() -> ping(stranded)).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void delayedRequestsAreAnsweredLate() throws Exception {
    try (Socket socket = connect()) {
      proxy.delay(TcpProxy.Direction.TO_SERVER, Duration.ofMillis(60));
      proxy.delay(TcpProxy.Direction.TO_CLIENT, Duration.ofMillis(40));
      long begun = System.nanoTime();

      assertThat(ping(socket)).isEqualTo("+PONG\r\n");

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(99));
    }
  }

  @Test
  void throttledAnswersTakeTheirTime() throws Exception {
    redis.command("SET", "big", "x".repeat(1_000));
    try (Socket socket = connect()) {
      proxy.throttle(TcpProxy.Direction.TO_CLIENT, 10_000);
      long begun = System.nanoTime();

      socket.getOutputStream().write(request("GET", "big"));

      assertThat(socket.getInputStream().readNBytes(1_000)).hasSize(1_000);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(45));
    }
  }

  @Test
  void slicedRequestsAndAnswersAreWhole() throws Exception {
    try (Socket socket = connect()) {
      proxy.slice(1);

      socket.getOutputStream().write(PING);

      assertThat(new String(socket.getInputStream().readNBytes(7), US_ASCII))
          .isEqualTo("+PONG\r\n");
      assertThat(proxy.requests()).isEqualTo(Map.of("PING", 1L));
    }
  }

  @Test
  void connectionIsResetAfterSoManyBytes() throws Exception {
    try (Socket socket = connect()) {
      assertThat(ping(socket)).isEqualTo("+PONG\r\n");
      proxy.forget();
      proxy.cutAfter(TcpProxy.Direction.TO_CLIENT, 3);

      assertThatThrownBy(
              () -> {
                socket.getOutputStream().write(PING);
                socket.getInputStream().readAllBytes();
              })
          .isInstanceOf(SocketException.class);
      assertThat(proxy.bytes(TcpProxy.Direction.TO_CLIENT)).isEqualTo(3);
    }
    try (Socket again = connect()) {
      assertThat(ping(again)).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void requestThatWasCutOffNeverReachesTheServer() throws Exception {
    byte[] request = request("SET", "half", "told");
    proxy.cutAfter(TcpProxy.Direction.TO_SERVER, request.length - 1);

    try (Socket socket = connect()) {
      socket.getOutputStream().write(request);

      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(SocketException.class);
    }

    assertThat(redis.command("EXISTS", "half")).isEqualTo(":0\r\n");
  }

  @Test
  void healedProxyPassesEverything() throws Exception {
    proxy.freeze();
    proxy.delay(Duration.ofHours(1));
    proxy.throttle(1);
    proxy.slice(1);
    proxy.cutAfter(TcpProxy.Direction.TO_CLIENT, 1);
    proxy.refuse();

    proxy.heal();

    try (Socket socket = connect()) {
      assertThat(ping(socket)).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void cutConnectionIsResetAndNewOnesPass() throws Exception {
    try (Socket socket = connect()) {
      assertThat(ping(socket)).isEqualTo("+PONG\r\n");

      proxy.cut();

      assertThatThrownBy(() -> read(socket)).isInstanceOf(SocketException.class);
    }
    try (Socket again = connect()) {
      assertThat(ping(again)).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void attemptsAreKnownWhateverBecameOfThem() throws Exception {
    try (Socket passed = connect()) {
      assertThat(ping(passed)).isEqualTo("+PONG\r\n");
    }
    proxy.refuse();
    try (Socket refused = connect()) {
      assertThatThrownBy(() -> ping(refused)).isInstanceOf(IOException.class);
    }

    assertThat(proxy.attempts()).hasSize(2).isSorted();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String ping(Socket socket) throws IOException {
    socket.getOutputStream().write(PING);
    return read(socket);
  }

  private static byte[] request(String... parts) {
    StringBuilder text = new StringBuilder("*" + parts.length + "\r\n");
    for (String part : parts) {
      text.append('$').append(part.length()).append("\r\n").append(part).append("\r\n");
    }
    return text.toString().getBytes(US_ASCII);
  }

  private static String read(Socket socket) throws IOException {
    byte[] reply = new byte[64];
    int read = socket.getInputStream().read(reply);
    if (read < 0) {
      throw new EOFException();
    }
    return new String(reply, 0, read, US_ASCII);
  }
}
