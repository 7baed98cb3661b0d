// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.connection.HttpLimits;
import io.meshrt.testkit.RawWebSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * HTTP that is none, or asks for something else; {@code UpgradeGateTest} has what is well formed.
 */
class UpgradesIT extends HostileSuite {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @Override
  MeshServerBuilder configured(MeshServerBuilder builder) {
    return super.configured(builder)
        .httpLimits(HttpLimits.defaults().withParseTimeout(Duration.ofSeconds(3)))
        .authentication(
            request -> {
              if (request.path().contains("boom")) {
                throw new IllegalStateException("secret of the hook at /home/app");
              }
              return Authentication.anonymous();
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/9.9\n\n",
        "GET\n\n",
        "GET / HTTP/1.1 extra\nHost: a\n\n",
        "get / http/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\nHost: a\nno colon\n\n",
        "GET / HTTP/1.1\nHost: a\n: no name\n\n",
        "GET / HTTP/1.1\nHost: a\nUpgrade: websocket\n folded\n\n",
        "GET / HTTP/1.1\nHost: a\nHost: b\nUpgrade: websocket\n\n",
        "GET / HTTP/1.1\nHost: a\nContent-Length: -1\n\n",
        "GET / HTTP/1.1\nHost: a\nContent-Length: 99999999999999999999\n\n",
        "GET / HTTP/1.1\nHost: a\nContent-Length: 5\nTransfer-Encoding: chunked\n\n0\n\n",
        "POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\n\nzz\n\n",
        "POST / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 10\n\n",
        "CONNECT example.org:80 HTTP/1.1\nHost: a\n\n",
        "OPTIONS * HTTP/1.1\nHost: a\n\n",
        "TRACE / HTTP/1.1\nHost: a\nX-Secret: 1\n\n",
        "PRI * HTTP/2.0\n\nSM\n\n",
        "GET /../../etc/passwd HTTP/1.1\nHost: a\n\n",
        "GET /%2e%2e/%00 HTTP/1.1\nHost: a\n\n",
        "GET /mesh/../WEB-INF/web.xml HTTP/1.1\nHost: a\n\n",
        "GET \\\\server\\share HTTP/1.1\nHost: a\n\n",
        "GET http://[::1 HTTP/1.1\nHost: a\n\n",
        "GET / HTTP/1.1\nHost: \u0001\n\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
        "\u0081\u0085\u0000\u0000\u0000\u0000hello"
      })
  void isRefusedOrCutOff(String request) throws Exception {
    String answer = exchange(request.replace("\n", "\r\n"));

    assertThat(answer).matches("(?s)|HTTP/1\\.[01] (400|404|405|413|417|426|501|505) .*");
    assertThat(answer).doesNotContain("X-Secret", "root:");
    assertHarmless(answer);
  }

  @ParameterizedTest
  @CsvSource({
    "Sec-WebSocket-Extensions, 'permessage-deflate; client_max_window_bits=99999999999', 101",
    "Sec-WebSocket-Protocol, 'mesh.v1, mesh.v1, mesh.v1', 101",
    "Sec-WebSocket-Protocol, 'mesh.v2', 101",
    "Sec-WebSocket-Protocol, ',,, ;;', 101",
    "Sec-WebSocket-Key, 'AAAAAAAAAAAAAAAAAAAAAA', 400",
    "Sec-WebSocket-Key, '!!!!!!!!!!!!!!!!!!!!!!==', 400",
    "Sec-WebSocket-Version, '13, 8', 426",
    "Sec-WebSocket-Version, '0x0d', 426",
    "Origin, 'http://127.0.0.1@evil.example', 403",
    "Origin, 'javascript:alert(1)', 403",
    "Origin, 'http://127.0.0.1.evil.example', 403",
    "X-Forwarded-For, '127.0.0.1, <script>, 0', 101",
    "Cookie, 'a=\"; =; \u00e9;;;', 101",
    "Authorization, 'Bearer ', 101"
  })
  void headerIsRefusedOrOfNoUse(String name, String value, int status) throws Exception {
    String head;
    try (RawWebSocket socket = RawWebSocket.to(port()).header(name, value).open()) {
      head = socket.responseHead();
    } catch (RawWebSocket.UpgradeRefused refused) {
      head = refused.head();
    }

    assertThat(head).startsWith("HTTP/1.1 " + status + " ");
    assertThat(head).doesNotContain("deflate", "evil", "mesh.v2", "script");
    assertHarmless(head);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/boom", "/boom?token=secret"})
  void hookThatFailsTellsNothing(String path) throws Exception {
    String head;
    try (RawWebSocket socket = RawWebSocket.to(port()).path(path).open()) {
      head = socket.responseHead();
    } catch (RawWebSocket.UpgradeRefused refused) {
      head = refused.head();
    }

    assertThat(head).matches("(?s)HTTP/1\\.1 (401|403|500|503) .*").doesNotContain("secret");
    assertHarmless(head);
  }

  @Test
  void requestsThatNeverEndAreCutOff() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        sockets.add(socket);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n".getBytes(ISO_8859_1));
      }
      assertHarmless("");
      for (Socket socket : sockets) {
        assertHarmless(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  /** Sends all and reads to the end, which comes at the parse timeout at the latest. */
  private String exchange(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
