// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.metrics.NoMetrics;
import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.PathHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EmbeddingTest {
  private static final HttpHandler PAGE = exchange -> exchange.getResponseSender().send("a page");

  private final FakeAcceptor acceptor = new FakeAcceptor();

  private void withHost(HttpHandler handler, ThrowingConsumer test) throws Exception {
    Undertow host =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(2)
            .setHandler(handler)
            .build();
    host.start();
    try {
      InetSocketAddress address = (InetSocketAddress) host.getListenerInfo().get(0).getAddress();
      test.accept(address.getPort());
    } finally {
      host.stop();
    }
  }

  private UpgradeHandler upgrades(UnaryOperator<TransportOptions> change) {
    return new UpgradeHandler(
        change.apply(TestServer.options()),
        acceptor,
        new ManualScheduler(),
        NoMetrics.INSTANCE,
        null);
  }

  @Test
  void oneServerServesPagesAndSockets() throws Exception {
    withHost(
        upgrades(options -> options.withPath("/chat")).orElse(PAGE),
        port -> {
          assertThat(answer(port, "GET /chat HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("a page");
          assertThat(answer(port, RawClient.request("/other"))).endsWith("a page");
          assertThat(answer(port, RawClient.request("/chat", "Origin: http://evil.org\r\n")))
              .startsWith("HTTP/1.1 403 ");
          assertEchoes(port, "/chat");
        });
  }

  @Test
  void withoutNextOtherRequestsAreRefused() throws Exception {
    withHost(
        upgrades(options -> options.withPath("/chat")).orElse(null),
        port -> {
          assertThat(answer(port, "GET /chat HTTP/1.1\r\nHost: a\r\n\r\n"))
              .startsWith("HTTP/1.1 426 ");
          assertThat(answer(port, "GET /other HTTP/1.1\r\nHost: a\r\n\r\n"))
              .startsWith("HTTP/1.1 404 ");
        });
  }

  @Test
  void worksBelowAPathAndBehindABlockingHandler() throws Exception {
    HttpHandler mesh = upgrades(options -> options).orElse(null);

    withHost(
        new PathHandler(PAGE).addPrefixPath("/socket", new BlockingHandler(mesh)),
        port -> {
          assertThat(answer(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).endsWith("a page");
          assertEchoes(port, "/socket");
        });
  }

  private void assertEchoes(int port, String path) throws Exception {
    try (RawClient client = RawClient.connect(port)) {
      byte[] request = RawClient.request(path).getBytes(StandardCharsets.UTF_8);
      client.send(RawClient.join(request, RawClient.text("early")));
      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
      assertThat(client.readFrame()).isEqualTo("text:early");
      client.sendText("hello");
      assertThat(client.readFrame()).isEqualTo("text:hello");
      client.send(RawClient.closeFrame(1000));
      assertThat(client.readFrame()).isEqualTo("close:1000:");
      assertThat(client.readFrame()).isEqualTo("end");
      assertThat(acceptor.next().awaitClosed()).isEqualTo("closed:1000::peer");
    }
  }

  private static String answer(int port, String request) throws Exception {
    try (RawClient client = RawClient.connect(port)) {
      client.send(request);
      return client.readResponse();
    }
  }

  private interface ThrowingConsumer {
    void accept(int port) throws Exception;
  }
}
