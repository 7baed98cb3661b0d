// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.meshrt.server.internal.metrics.NoMetrics;
import io.undertow.Undertow;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrowserModulesTest {
  private static final String ENTRY =
      "import { a } from \"./core.js\";\nexport { b } from \"./deep.js\";\n";
  private static final Map<String, String> FILES =
      Map.of(
          "META-INF/resources/mesh/mesh.js", ENTRY,
          "META-INF/resources/mesh/core.js", "export const a = \"ü\";\n",
          "META-INF/resources/mesh/deep.js",
              "import \"nowhere\"; import { a } from \"./core.js\";\n",
          "META-INF/resources/mesh/inbox.js", "import { a } from \"./core.js\";\n",
          "META-INF/resources/mesh/memberships.js", "import { a } from \"./core.js\";\n",
          "META-INF/resources/mesh/other.js", "export const secret = 1;\n",
          "META-INF/resources/mesh/package.json", "{}",
          "META-INF/resources/secret.js", "export const secret = 2;\n");

  private final TestServer server = TestServer.start(options -> options, modules(FILES));
  private final HttpClient http = HttpClient.newHttpClient();

  private static BrowserModules modules(Map<String, String> files) {
    return BrowserModules.load(
        new ClassLoader(null) {
          @Override
          public InputStream getResourceAsStream(String name) {
            String content = files.get(name);
            return content == null
                ? null
                : new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<byte[]> send(String method, String path, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  @Test
  void entryAndWhatItImportsAreServedAsJavaScript() throws Exception {
    HttpResponse<byte[]> entry = send("GET", "/mesh/mesh.js");

    assertThat(entry.statusCode()).isEqualTo(200);
    assertThat(text(entry)).isEqualTo(ENTRY);
    assertThat(header(entry, "content-type")).isEqualTo("text/javascript; charset=utf-8");
    assertThat(header(entry, "cache-control")).isEqualTo("no-cache");
    assertThat(header(entry, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(text(send("GET", "/mesh/core.js?v=1"))).isEqualTo("export const a = \"ü\";\n");
    assertThat(send("GET", "/mesh/deep.js").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/mesh/inbox.js").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/mesh/other.js",
        "/mesh/package.json",
        "/mesh/",
        "/mesh/none.js",
        "/mesh//mesh.js",
        "/mesh/./mesh.js",
        "/mesh/../secret.js",
        "/mesh/..%2fsecret.js",
        "/mesh/%2e%2e/secret.js",
        "/mesh/..%5csecret.js",
        "/mesh/mesh.js%00",
        "/mesh/mesh.js/",
        "/mesh/META-INF/resources/mesh/mesh.js"
      })
  void nothingElseIsReachable(String path) throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");

      assertThat(client.readResponse()).startsWith("HTTP/1.1 404 ").doesNotContain("secret");
    }
  }

  @Test
  void whatTheBrowserHasIsNotSentAgain() throws Exception {
    String tag = header(send("GET", "/mesh/mesh.js"), "etag");

    HttpResponse<byte[]> same = send("GET", "/mesh/mesh.js", "If-None-Match", tag);
    HttpResponse<byte[]> other = send("GET", "/mesh/core.js", "If-None-Match", tag);

    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(header(same, "etag")).isEqualTo(tag);
    assertThat(other.statusCode()).isEqualTo(200);
  }

  @Test
  void isCompressedForThoseWhoAskForIt() throws Exception {
    HttpResponse<byte[]> gzip =
        send("GET", "/mesh/mesh.js", "Accept-Encoding", "br, gzip, deflate");
    HttpResponse<byte[]> refused = send("GET", "/mesh/mesh.js", "Accept-Encoding", "gzip;q=0");

    assertThat(header(gzip, "content-encoding")).isEqualTo("gzip");
    assertThat(header(gzip, "vary")).isEqualTo("Accept-Encoding");
    assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(ENTRY);
    assertThat(header(refused, "content-encoding")).isEqualTo("none");
    assertThat(text(refused)).isEqualTo(ENTRY);
  }

  @Test
  void headHasNoBody() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send("HEAD /mesh/mesh.js HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readHead())
          .startsWith("HTTP/1.1 200 ")
          .contains("Content-Length: " + ENTRY.length());

      client.send("GET /mesh/mesh.js HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.readResponse()).startsWith("HTTP/1.1 200 ").endsWith(ENTRY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
  void otherMethodsAreRefused(String method) throws Exception {
    HttpResponse<byte[]> response = send(method, "/mesh/mesh.js");

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(header(response, "allow")).isEqualTo("GET");
  }

  @Test
  void connectionsAreMadeAsEver() throws Exception {
    try (RawClient client = RawClient.connect(server.port())) {
      client.send(RawClient.request("/mesh/mesh.js"));

      assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(send("GET", "/").statusCode()).isEqualTo(426);
  }

  @Test
  void missingModulesAreNamed() {
    assertThatIllegalStateException()
        .isThrownBy(() -> modules(Map.of()))
        .withMessageContaining("META-INF/resources/mesh/mesh.js")
        .withMessageContaining("mesh-client");
  }

  @Test
  void embeddedTheRestIsTheApplications() throws Exception {
    UpgradeHandler upgrades =
        new UpgradeHandler(
            TestServer.options(),
            new FakeAcceptor(),
            new ManualScheduler(),
            NoMetrics.INSTANCE,
            modules(FILES));
    Undertow host =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setHandler(upgrades.orElse(e -> e.getResponseSender().send("a page")))
            .build();
    host.start();
    try {
      InetSocketAddress address = (InetSocketAddress) host.getListenerInfo().get(0).getAddress();
      String url = "http://127.0.0.1:" + address.getPort();

      assertThat(http.send(get(url + "/mesh/mesh.js"), BodyHandlers.ofString()).body())
          .isEqualTo(ENTRY);
      assertThat(http.send(get(url + "/page"), BodyHandlers.ofString()).body()).isEqualTo("a page");
    } finally {
      host.stop();
    }
  }

  private static HttpRequest get(String url) {
    return HttpRequest.newBuilder(URI.create(url)).build();
  }
}
