// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.meshrt.server.auth.UpgradeRequest;
import io.meshrt.server.internal.transport.ConnectionAcceptor.Admission;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpgradeGateTest {
  private static final String HOST = "Host: 127.0.0.1\r\n";
  private static final String UPGRADE = "Upgrade: websocket\r\n";
  private static final String CONNECTION = "Connection: Upgrade\r\n";
  private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";
  private static final String KEY = "Sec-WebSocket-Key: " + RawClient.KEY + "\r\n";
  private static final String GET = "GET /socket HTTP/1.1\r\n";

  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
  private TestServer server;

  @BeforeAll
  void start() {
    logged.start();
    root().addAppender(logged);
    server = TestServer.start(options -> options.withPath("/socket"));
  }

  @AfterAll
  void stop() {
    server.close();
    root().detachAppender(logged);
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(
            "method",
            405,
            "POST /socket HTTP/1.1\r\n" + HOST + UPGRADE + CONNECTION + VERSION + KEY),
        arguments(
            "HTTP/1.0",
            400,
            "GET /socket HTTP/1.0\r\n" + HOST + UPGRADE + CONNECTION + VERSION + KEY),
        arguments(
            "path", 404, "GET /other HTTP/1.1\r\n" + HOST + UPGRADE + CONNECTION + VERSION + KEY),
        arguments("path of a page", 404, "GET / HTTP/1.1\r\n" + HOST),
        arguments("no upgrade", 426, GET + HOST + CONNECTION + VERSION + KEY),
        arguments(
            "another upgrade", 426, GET + HOST + "Upgrade: h2c\r\n" + CONNECTION + VERSION + KEY),
        arguments("no connection header", 400, GET + HOST + UPGRADE + VERSION + KEY),
        arguments(
            "keep-alive only",
            400,
            GET + HOST + UPGRADE + "Connection: keep-alive\r\n" + VERSION + KEY),
        arguments("no version", 426, GET + HOST + UPGRADE + CONNECTION + KEY),
        arguments(
            "version 8",
            426,
            GET + HOST + UPGRADE + CONNECTION + "Sec-WebSocket-Version: 8\r\n" + KEY),
        arguments("two versions", 426, GET + HOST + UPGRADE + CONNECTION + VERSION + VERSION + KEY),
        arguments("no key", 400, GET + HOST + UPGRADE + CONNECTION + VERSION),
        arguments(
            "empty key",
            400,
            GET + HOST + UPGRADE + CONNECTION + VERSION + "Sec-WebSocket-Key: \r\n"),
        arguments(
            "short key",
            400,
            GET + HOST + UPGRADE + CONNECTION + VERSION + "Sec-WebSocket-Key: c2hvcnQ=\r\n"),
        arguments("two keys", 400, GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + KEY),
        arguments(
            "foreign origin",
            403,
            GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + "Origin: http://evil.org\r\n"),
        arguments(
            "null origin",
            403,
            GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + "Origin: null\r\n"),
        arguments(
            "two origins",
            403,
            GET
                + HOST
                + UPGRADE
                + CONNECTION
                + VERSION
                + KEY
                + "Origin: http://127.0.0.1\r\nOrigin: http://127.0.0.1\r\n"),
        arguments(
            "body",
            400,
            GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + "Content-Length: 3\r\n"),
        arguments(
            "chunked body",
            400,
            GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + "Transfer-Encoding: chunked\r\n"),
        arguments(
            "broken query",
            400,
            "GET /socket?a=%zz HTTP/1.1\r\n" + HOST + UPGRADE + CONNECTION + VERSION + KEY),
        arguments(
            "query that is not UTF-8",
            400,
            "GET /socket?a=%ff HTTP/1.1\r\n" + HOST + UPGRADE + CONNECTION + VERSION + KEY),
        arguments(
            "broken path",
            400,
            "GET /socket%2 HTTP/1.1\r\n" + HOST + UPGRADE + CONNECTION + VERSION + KEY),
        arguments("no host", 400, GET + UPGRADE + CONNECTION + VERSION + KEY),
        arguments(
            "large headers",
            400,
            GET
                + HOST
                + UPGRADE
                + CONNECTION
                + VERSION
                + KEY
                + "X-Large: "
                + "x".repeat(17_000)
                + "\r\n"),
        arguments("16 KiB and a byte", 400, headOf(16 * 1024 + 1)),
        arguments(
            "65 headers",
            400,
            GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + "X-Many: x\r\n".repeat(60)),
        arguments(
            "many headers",
            400,
            GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + "X-Many: x\r\n".repeat(70)),
        arguments("no HTTP", 400, "\u0000\u0001 nonsense \r\n"));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @MethodSource("refused")
  void refusalIsShortAndHarmsNobody(String name, int status, String head) throws Exception {
    String response;
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(head + "\r\n");
      response = client.readResponse();
    }

    assertThat(response)
        .matches("(?s)HTTP/1\\.[01] " + status + " .*")
        .doesNotContain("Exception", "io.");
    assertThat(response.length()).isLessThan(600);
    assertThat(
            response.contains("Upgrade: websocket")
                && response.contains("Sec-WebSocket-Version: 13"))
        .isEqualTo(status == 426);
    assertThat(server.acceptor.connections).isEmpty();
    assertNothingLogged();
    assertUpgrades(RawClient.request("/socket"));
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        arguments("plain", RawClient.request("/socket")),
        arguments(
            "case",
            GET
                + HOST
                + "uPGRADE: WebSocket\r\nconnection: keep-alive, UPGRADE\r\n"
                + VERSION
                + KEY
                + "\r\n"),
        arguments(
            "several upgrades",
            GET + HOST + "Upgrade: foo, websocket\r\n" + CONNECTION + VERSION + KEY + "\r\n"),
        arguments("same origin", RawClient.request("/socket", "Origin: http://127.0.0.1\r\n")),
        arguments("empty body", RawClient.request("/socket", "Content-Length: 0\r\n")),
        arguments("query", RawClient.request("/socket?a=1&b=%20")),
        arguments("absolute target", RawClient.request("http://127.0.0.1/socket?a=1")),
        arguments("63 headers", RawClient.request("/socket", "X-Many: x\r\n".repeat(58))),
        arguments("64 headers", RawClient.request("/socket", "X-Many: x\r\n".repeat(59))),
        arguments("a byte less than 16 KiB", headOf(16 * 1024 - 1) + "\r\n"),
        arguments("16 KiB", headOf(16 * 1024) + "\r\n"));
  }

  /** A valid request of this size, without the empty line at its end that counts too. */
  private static String headOf(int bytes) {
    String rest = GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + "X-Large: \r\n\r\n";
    String large = "X-Large: " + "x".repeat(bytes - rest.length()) + "\r\n";
    return GET + HOST + UPGRADE + CONNECTION + VERSION + KEY + large;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void validRequestIsUpgraded(String name, String request) throws Exception {
    assertUpgrades(request);
    assertNothingLogged();
  }

  @Test
  void handshakeMayComeByteByByte() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      for (byte next :
          RawClient.request("/socket").getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
        client.send(new byte[] {next});
      }

      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      server.acceptor.next();
    }
  }

  @Test
  void framesBehindTheHeadersDoNotCountAsHeaders() throws Exception {
    String head = headOf(16 * 1024 - 1) + "\r\n";
    String large = "x".repeat(60_000);
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(head.substring(0, head.length() - 1));
      client.send(RawClient.join(new byte[] {'\n'}, RawClient.text(large)));

      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      assertThat(client.readFrame()).isEqualTo("text:" + large);
      server.acceptor.next();
    }
  }

  @Test
  @Tag("full")
  void slowRequestsAreCutOffAndQuietConnectionsAreNot() throws Exception {
    try (RawClient upgraded = RawClient.connect(server.port());
        RawClient silent = RawClient.connect(server.port());
        RawClient slow = RawClient.connect(server.port())) {
      upgraded.send(RawClient.request("/socket"));
      assertThat(upgraded.readHead()).startsWith("HTTP/1.1 101 ");
      server.acceptor.next();
      slow.socket().setSoTimeout(9_000);
      silent.socket().setSoTimeout(15_000);

      slow.send(GET + HOST);

      assertThat(slow.readHead()).isEmpty();
      assertThat(silent.readHead()).isEmpty();
      upgraded.sendText("still here");
      assertThat(upgraded.readFrame()).isEqualTo("text:still here");
    }
  }

  @Test
  void refusedConnectionServesTheNextRequest() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(RawClient.request("/other"));
      assertThat(client.readResponse()).startsWith("HTTP/1.1 404 ").endsWith("not found\n");

      client.send(RawClient.request("/socket"));
      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      server.acceptor.next();
    }
  }

  @Test
  void requestIsDescribedToTheAcceptor() throws Exception {
    String[] headers = {
      "Cookie: session=abc; theme=\"dark\"; session=second\r\n",
      "X-Token: t\r\n",
      "Sec-WebSocket-Protocol: mesh.v1, other\r\n",
      "X-Forwarded-For: 203.0.113.9\r\n"
    };

    UpgradeRequest request =
        assertUpgrades(RawClient.request("/socket?name=J%C3%BCrgen+B&tag=1&tag=2&flag", headers));

    assertThat(request.path()).isEqualTo("/socket");
    assertThat(request.queryString()).isEqualTo("name=J%C3%BCrgen+B&tag=1&tag=2&flag");
    assertThat(request.query())
        .isEqualTo(
            Map.of("name", List.of("Jürgen B"), "tag", List.of("1", "2"), "flag", List.of("")));
    assertThat(request.header("X-TOKEN")).contains("t");
    assertThat(request.cookies()).isEqualTo(Map.of("session", "abc", "theme", "dark"));
    assertThat(request.subprotocols()).containsExactly("mesh.v1", "other");
    assertThat(request.remoteAddress()).isEqualTo("127.0.0.1");
    assertThat(request.secure()).isFalse();
  }

  @Test
  void chosenSubprotocolIsAnswered() throws Exception {
    try (TestServer other = TestServer.start();
        RawClient client = RawClient.connect(other.port())) {
      other.acceptor.decision =
          request -> CompletableFuture.completedFuture(Admission.accept("mesh.v1", null));

      client.send(RawClient.request("/", "Sec-WebSocket-Protocol: x, mesh.v1\r\n"));

      assertThat(client.readHead())
          .startsWith("HTTP/1.1 101 ")
          .contains("Sec-WebSocket-Accept: " + RawClient.ACCEPT + "\r\n")
          .contains("Sec-WebSocket-Protocol: mesh.v1\r\n")
          .contains("Upgrade: websocket\r\n")
          .contains("Connection: Upgrade\r\n");
    }
  }

  @Test
  void compressionThatIsOfferedIsNotNegotiated() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(
          RawClient.request(
              "/socket",
              "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"));

      assertThat(client.readHead())
          .startsWith("HTTP/1.1 101 ")
          .doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
      server.acceptor.next();
      client.sendText("plain");
      assertThat(client.readFrame()).isEqualTo("text:plain");
    }
  }

  @Test
  void trustedProxyNamesTheClient() throws Exception {
    try (TestServer behindProxy =
            TestServer.start(
                options -> options.withTrustedProxies(TrustedProxies.of(List.of("127.0.0.0/8"))));
        RawClient client = RawClient.connect(behindProxy.port())) {
      client.send(RawClient.request("/", "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n"));
      client.readHead();

      assertThat(behindProxy.acceptor.next().request.remoteAddress()).isEqualTo("203.0.113.9");
    }
  }

  private UpgradeRequest assertUpgrades(String request) throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(request);
      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      client.sendText("hello");
      assertThat(client.readFrame()).isEqualTo("text:hello");
      return server.acceptor.next().request;
    }
  }

  private void assertNothingLogged() {
    List<ILoggingEvent> soFar;
    synchronized (logged) { // as those who append are
      soFar = List.copyOf(logged.list);
    }
    assertThat(soFar)
        .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
        // What other tests of this JVM left behind may still say something about their Redis.
        .filteredOn(event -> !event.getLoggerName().startsWith("org.redisson"))
        .extracting(ILoggingEvent::getFormattedMessage)
        .isEmpty();
  }
}
