// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.interop.NodePrograms;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is killed and started again under its clients, over and over. */
class RestartsIT {
  private static final Path BROWSER_CLIENT =
      Path.of("..", "mesh-client", "src/main/resources/META-INF/resources/mesh/mesh.js")
          .toAbsolutePath()
          .normalize();
  private static final int FEW = 2;
  private static final int MANY = 50;

  @Test
  @Timeout(300)
  void javaClientResumesEverything() throws Exception {
    try (RestartWorld world = new RestartWorld();
        Follower java = new Follower("java", world.address("java"))) {
      world.run(FEW);

      java.assertResumed(FEW);
      java.assertUnhurried(world);
    }
  }

  @Test
  @Tag("full")
  @Tag("interop")
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void bothClientsResumeEverythingFiftyTimes() throws Exception {
    NodePrograms.install();
    try (RestartWorld world = new RestartWorld()) {
      String url = world.address("browser");
      CompletableFuture<Map<String, JsonNode>> browser =
          NodePrograms.factsLater("restarts.mjs", url, BROWSER_CLIENT.toString());
      try (Follower java = new Follower("java", world.address("java"))) {
        world.run(MANY);
        java.assertResumed(MANY);
        java.assertUnhurried(world);
      }
      assertResumed(Outcomes.result(browser));
      RestartWorld.assertUnhurried(world.sockets("browser"));
    }
  }

  private static void assertResumed(Map<String, JsonNode> facts) {
    assertThat(texts(facts.get("news"))).isEqualTo(RestartWorld.news(MANY));
    assertThat(texts(facts.get("brief"))).isEqualTo(RestartWorld.brief(MANY));
    assertThat(texts(facts.get("doc"))).isEqualTo(numbers(0, MANY));
    assertThat(texts(facts.get("hello"))).isEqualTo(numbers(1, MANY));
    assertThat(facts.get("losses").asInt()).isEqualTo(MANY);
    assertThat(facts.get("errors")).isEmpty();
    // A timer may be a millisecond early.
    assertThat(facts.get("shortestPause").asDouble()).isGreaterThan(198);
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  private static List<String> numbers(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(Integer::toString).toList();
  }

  /** The Java client, with a subscription of each kind. */
  private static final class Follower implements AutoCloseable {
    private final List<String> news = new CopyOnWriteArrayList<>();
    private final List<String> brief = new CopyOnWriteArrayList<>();
    private final List<String> doc = new CopyOnWriteArrayList<>();
    private final List<String> hello = new CopyOnWriteArrayList<>();
    private final List<ClientStatus> statuses = new CopyOnWriteArrayList<>();
    private final List<String> errors = new CopyOnWriteArrayList<>();
    private final List<Duration> attempts = new CopyOnWriteArrayList<>();
    private final Instant begin = Instant.now();
    private final String name;
    private final MeshClient client;

    Follower(String name, String url) throws Exception {
      this.name = name;
      this.client =
          Local.connected(
              MeshClient.builder(url)
                  .tokenSupplier(this::onAttempt)
                  .reconnect(
                      ReconnectPolicy.fullJitter(Duration.ofMillis(200), Duration.ofSeconds(1))));
      client.onStatus(change -> statuses.add(change.status()));
      client.onError(error -> errors.add(error.toString()));
      client.onMessage("hello", Integer.class, round -> hear(hello, "" + round, "hello " + round));
      Outcomes.result(client.rooms().join("lobby"));
      Outcomes.result(client.channels().subscribe("news", String.class, into(news)));
      Outcomes.result(client.channels().subscribe("brief", String.class, into(brief)));
      Outcomes.result(
          client
              .records()
              .subscribe(
                  "doc",
                  JsonNode.class,
                  update -> {
                    String number = update.value().get("n").asText();
                    hear(doc, number, "doc " + number);
                  },
                  RecordMode.PATCH,
                  RecordOptions.defaults()));
      acknowledge("ready");
    }

    /** It is asked before each attempt. */
    private CompletableFuture<String> onAttempt() {
      attempts.add(Duration.between(begin, Instant.now()));
      return CompletableFuture.completedFuture("token");
    }

    private ChannelListener<String> into(List<String> heard) {
      return new ChannelListener<>() {
        @Override
        public void onMessage(String message) {
          hear(heard, message, message);
        }

        @Override
        public void onGap(ChannelGap gap) {
          heard.add("gap");
        }
      };
    }

    private void hear(List<String> heard, String what, String acknowledgement) {
      heard.add(what);
      acknowledge(acknowledgement);
    }

    /** The server may be killed between hearing it and saying so; what is not heard is missed. */
    private void acknowledge(String what) {
      CompletableFuture<?> unused =
          client
              .publish("acks", name + " " + what)
              .whenComplete(
                  (done, failure) -> {
                    if (failure != null && !isLost(failure)) {
                      errors.add(what + ": " + failure);
                    }
                  });
    }

    private static boolean isLost(Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      return cause instanceof CommandException command && command.code().equals("CONNECTION_LOST");
    }

    void assertResumed(int rounds) {
      assertThat(errors).isEmpty();
      assertThat(news).isEqualTo(RestartWorld.news(rounds));
      assertThat(brief).isEqualTo(RestartWorld.brief(rounds));
      assertThat(doc).isEqualTo(numbers(0, rounds));
      assertThat(hello).isEqualTo(numbers(1, rounds));
      await() // told by a thread of their own
          .untilAsserted(
              () ->
                  assertThat(statuses)
                      .filteredOn(ClientStatus.RECONNECTING::equals)
                      .hasSize(rounds));
    }

    /** Each attempt is one TCP connection. */
    void assertUnhurried(RestartWorld world) {
      assertThat(attempts).hasSizeGreaterThan(1);
      RestartWorld.assertUnhurried(attempts);
      RestartWorld.assertUnhurried(world.sockets(name));
      assertThat(world.sockets(name)).hasSameSizeAs(attempts);
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
