// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One tab. To be used by one thread at a time, as all tabs of a browser. */
final class Tab implements AutoCloseable {
  static final String ENTER = "\uE007";
  static final String ESCAPE = "\uE00C";

  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
  private static final Path PICTURES = Path.of("target", "screenshots");

  private final Browser browser;
  private final String handle;

  Tab(Browser browser, String handle) {
    this.browser = browser;
    this.handle = handle;
  }

  /** Loads a page. */
  void go(String url) throws IOException {
    ask("POST", "/url", Map.of("url", url));
  }

  /** Runs a function body in the page; gives what it returns. */
  JsonNode eval(String script, Object... args) throws IOException {
    return ask("POST", "/execute/sync", Map.of("script", script, "args", List.of(args)));
  }

  /** Runs a program of the resources as {@link #eval} does. */
  JsonNode evalProgram(String program) throws IOException {
    try (InputStream in = Tab.class.getResourceAsStream("/browser/" + program)) {
      return eval(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** Waits until an expression is true. */
  void awaitTrue(String expression, Object... args) {
    await(expression + " " + List.of(args))
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> eval("return " + expression, args).asBoolean());
  }

  /** Clicks as a hand does: where something else lies above, it fails. */
  void click(String selector) throws IOException {
    use(selector, "/click", Map.of());
  }

  /** Types at the end of a field. */
  void type(String selector, String text) throws IOException {
    use(selector, "/value", Map.of("text", text));
  }

  /** What is drawn anew after it was found, and before it was used, is found again. */
  private void use(String selector, String action, Map<String, ?> how) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        ask("POST", "/element/" + find(selector) + action, how);
        return;
      } catch (IOException e) {
        if (tries == 5 || !String.valueOf(e.getMessage()).contains("stale element")) {
          throw e;
        }
      }
    }
  }

  /** Text of the elements that a selector finds, in order. */
  List<String> texts(String selector) throws IOException {
    List<String> texts = new ArrayList<>();
    eval("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)
        .forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** A command of the browser's own protocol. */
  void order(String command, Map<String, ?> parameters) throws IOException {
    ask("POST", "/goog/cdp/execute", Map.of("cmd", command, "params", parameters));
  }

  /** Gives the page a size and a colour scheme. */
  void show(int width, int height, String scheme) throws IOException {
    order(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    order(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Stops all that the page does, as browsers do with tabs that nobody looks at. */
  void sleep() throws IOException {
    order("Page.setWebLifecycleState", Map.of("state", "frozen"));
  }

  /** Lets the page go on. */
  void wake() throws IOException {
    order("Page.setWebLifecycleState", Map.of("state", "active"));
  }

  /** Writes a picture of the tab to the target folder. */
  void picture(String name) throws IOException {
    Files.createDirectories(PICTURES);
    byte[] png = Base64.getDecoder().decode(ask("GET", "/screenshot", null).asText());
    Files.write(PICTURES.resolve(name + ".png"), png);
  }

  /** What the console showed as an error or warning since the last time. */
  List<String> complaints() throws IOException {
    List<String> complaints = new ArrayList<>();
    for (JsonNode entry : ask("POST", "/se/log", Map.of("type", "browser"))) {
      if (!entry.path("level").asText().matches("DEBUG|INFO")) {
        complaints.add(entry.path("message").asText());
      }
    }
    return complaints;
  }

  @Override
  public void close() throws IOException {
    browser.ask("POST", "/window", Map.of("handle", handle));
    browser.ask("DELETE", "/window", null);
  }

  private String find(String selector) throws IOException {
    JsonNode found =
        ask("POST", "/element", Map.of("using", "css selector", "value", selector)).path(ELEMENT);
    assertThat(found.isTextual()).as(selector).isTrue();
    return found.asText();
  }

  private JsonNode ask(String method, String path, @Nullable Object body) throws IOException {
    browser.ask("POST", "/window", Map.of("handle", handle));
    return browser.ask(method, path, body);
  }
}
