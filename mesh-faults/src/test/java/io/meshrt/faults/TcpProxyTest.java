// SPDX-License-Identifier: Apache-2.0
package io.meshrt.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
  void cutConnectionIsResetAndNewOnesPass() throws Exception {
    try (Socket socket = connect()) {
      assertThat(ping(socket)).isEqualTo("+PONG\r\n");

      proxy.cut();

      assertThatThrownBy(
              () -> {
                while (true) {
                  ping(socket);
                }
              })
          .isInstanceOf(IOException.class);
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

  private static String read(Socket socket) throws IOException {
    byte[] reply = new byte[64];
    int read = socket.getInputStream().read(reply);
    if (read < 0) {
      throw new IOException("ended");
    }
    return new String(reply, 0, read, US_ASCII);
  }
}
