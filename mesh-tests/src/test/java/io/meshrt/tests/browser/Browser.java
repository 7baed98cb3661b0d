// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Chromium without a screen, and the WebDriver that drives it. Both end with this program,
 * however it ends: the driver with its standard input, the browser with the pipe from the driver.
 */
final class Browser implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern STARTED =
      Pattern.compile(".*started successfully on port (\\d+)\\.");
  private static final String WATCHED =
      "chromedriver --port=0 --log-level=SEVERE & driver=$!; read -r _; kill $driver; wait $driver";
  private static final List<String> FLAGS =
      List.of(
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--disable-dev-shm-usage",
          "--no-first-run",
          "--no-proxy-server",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--remote-debugging-pipe",
          "--window-size=1280,800");

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Process driver;
  private final BufferedReader said;
  private final URI session;
  private final String first; // the tab it starts with; it stays open

  private Browser(Process driver, Path program, Path folder) throws IOException {
    this.driver = driver;
    this.said = driver.inputReader(StandardCharsets.UTF_8);
    URI sessions = URI.create("http://127.0.0.1:" + port() + "/session");
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add("--user-data-dir=" + folder.toAbsolutePath());
    Map<String, Object> wanted =
        Map.of(
            "browserName",
            "chrome",
            "goog:chromeOptions",
            Map.of("binary", program.toString(), "args", flags),
            "goog:loggingPrefs",
            Map.of("browser", "ALL"));
    JsonNode created = ask("POST", sessions, Map.of("capabilities", Map.of("alwaysMatch", wanted)));
    this.session = URI.create(sessions + "/" + created.path("sessionId").asText());
    this.first = ask("GET", "/window", null).asText();
  }

  /** Starts one that remembers nothing. */
  static Browser start() throws IOException, InterruptedException {
    Path program = ChromiumPackage.install();
    Path folder = Files.createTempDirectory(Path.of("target"), "chromium-");
    Process driver =
        new ProcessBuilder("sh", "-c", WATCHED)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return new Browser(driver, program, folder);
    } catch (IOException | RuntimeException | Error e) {
      end(driver);
      throw e;
    }
  }

  /** A tab of its own, in a window of its own: both are seen at the same time. */
  Tab open(String url) throws IOException {
    ask("POST", "/window", Map.of("handle", first));
    JsonNode created = ask("POST", "/window/new", Map.of("type", "window"));
    Tab tab = new Tab(this, created.path("handle").asText());
    tab.go(url);
    return tab;
  }

  /** A command to the session; gives its value. */
  JsonNode ask(String method, String path, @Nullable Object body) throws IOException {
    return ask(method, URI.create(session + path), body);
  }

  private JsonNode ask(String method, URI uri, @Nullable Object body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build();
    HttpResponse<String> response = send(request);
    JsonNode value = JSON.readTree(response.body()).path("value");
    if (response.statusCode() != 200) {
      throw new IOException(
          method + " " + uri.getPath() + ": " + value.path("error") + " " + value.path("message"));
    }
    return value;
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    }
  }

  private String port() throws IOException {
    String line;
    while ((line = said.readLine()) != null) {
      Matcher started = STARTED.matcher(line);
      if (started.matches()) {
        return started.group(1);
      }
    }
    throw new IOException("chromedriver does not start");
  }

  @Override
  public void close() throws IOException {
    try {
      ask("DELETE", "", null);
    } finally {
      end(driver);
    }
  }

  private static void end(Process driver) throws IOException {
    List<ProcessHandle> all = driver.descendants().toList();
    driver.getOutputStream().close();
    try {
      driver.onExit().get(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("chromedriver does not end", e);
    } finally {
      driver.destroyForcibly();
      all.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
