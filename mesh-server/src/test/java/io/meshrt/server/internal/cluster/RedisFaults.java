// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.internal.cluster.TestWorld.TestNode;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Two nodes on a Redis of their own that tests may ill-treat. */
abstract class RedisFaults {
  /** Far more than one call takes to fail, and less than five in a row do. */
  static final Duration ANSWER = Duration.ofSeconds(9);

  static final Duration RECOVERY = Duration.ofSeconds(20);
  static final Topic NEWS = new Topic("channel", "news");
  static final Topic LOBBY = new Topic("room", "lobby");
  static final boolean FULL = Boolean.getBoolean("mesh.full");

  private RedisServer redis;
  private RedisTestWorld world;
  private TestNode first;
  private TestNode second;

  /** Options of redis.conf. */
  String[] options() {
    return new String[0];
  }

  @BeforeEach
  final void startNodes() {
    redis = RedisServer.started(options());
    world = new RedisTestWorld(RedisSettings.of(redis.uri()));
    first = world.node("n1");
    second = world.node("n2");
  }

  @AfterEach
  final void closeNodes() {
    world.close();
    redis.close();
  }

  final RedisServer redis() {
    return redis;
  }

  final RedisTestWorld world() {
    return world;
  }

  final TestNode first() {
    return first;
  }

  final TestNode second() {
    return second;
  }

  /** The key of something kept for a topic, or its channel. */
  final String key(Topic topic, String suffix) {
    return world.settings().prefix() + ":{." + topic.name() + "}:" + topic.kind() + suffix;
  }

  static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }

  static HeardTopic hear(TestNode node, Topic topic) {
    HeardTopic heard = new HeardTopic();
    get(node.topics().listen(topic, heard));
    return heard;
  }

  static CompletableFuture<Position> publish(TestNode node, Topic topic, String text) {
    byte[] payload = text.getBytes(UTF_8);
    return node.topics().publish(topic, Outgoing.of(payload, Retention.keep(100_000)));
  }

  /** Redis answers nobody, from now on until it is resumed. */
  final void stall() {
    redis.stop();
    Awaitility.await().until(() -> !answersAtOnce());
  }

  private boolean answersAtOnce() {
    CompletableFuture<?> read = first.topics().read(NEWS, HistoryQuery.newest(1));
    try {
      read.get(200, TimeUnit.MILLISECONDS);
      return true;
    } catch (Exception slow) {
      return false;
    }
  }

  /** Every kind of call, started now. */
  static Map<String, CompletableFuture<?>> everyCall(TestNode node) {
    Map<String, CompletableFuture<?>> calls = new HashMap<>();
    calls.put("publish", publish(node, NEWS, "during"));
    calls.put("read history", node.topics().read(NEWS, HistoryQuery.newest(3)));
    calls.put("listen", node.topics().listen(new Topic("channel", "new"), new HeardTopic()));
    calls.put("read", node.store().read(NEWS, List.of("k")));
    calls.put("read all", node.store().readAll(NEWS));
    calls.put("commit", node.store().commit(NEWS, List.of(), Optional.empty()));
    calls.put("join", node.members().join(LOBBY, "late", null));
    calls.put("leave", node.members().leave(LOBBY, "late"));
    calls.put("members", node.members().members(LOBBY));
    calls.put("clear", node.members().clear(LOBBY));
    calls.put("groups of", node.members().groupsOf(node.cluster().self(), "late"));
    calls.put("groups", node.members().groups("room"));
    calls.put("nodes", node.cluster().liveNodes());
    return calls;
  }

  /** What each call failed with, {@code "ok"} or {@code "no answer"}. */
  static Map<String, String> outcomes(Map<String, CompletableFuture<?>> calls, long sinceNanos) {
    Map<String, String> outcomes = new HashMap<>();
    calls.forEach(
        (name, call) -> {
          long left = ANSWER.toNanos() - (System.nanoTime() - sinceNanos);
          try {
            call.handle((value, failure) -> outcome(failure))
                .orTimeout(Math.max(left, 1), TimeUnit.NANOSECONDS)
                .thenAccept(outcome -> outcomes.put(name, outcome))
                .join();
          } catch (CompletionException e) {
            outcomes.put(name, "no answer");
          }
        });
    return outcomes;
  }

  private static String outcome(Throwable failure) {
    if (failure == null) {
      return "ok";
    }
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof CommandException refused ? refused.code() : cause.toString();
  }

  /** Tries until it works, within the time allowed for recovery. */
  static <T> T recovered(Callable<CompletableFuture<T>> call) {
    List<T> result = new ArrayList<>();
    Awaitility.await()
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> result.add(get(call.call())));
    return result.get(0);
  }

  /** Both nodes hear what either publishes from now on. */
  static void assertAllHear(List<TestNode> nodes, List<HeardTopic> heard) {
    for (TestNode node : nodes) {
      String text = "after" + System.nanoTime();
      Awaitility.await()
          .atMost(RECOVERY)
          .pollInterval(Duration.ofMillis(50))
          .ignoreExceptions()
          .until(
              () -> {
                get(publish(node, NEWS, text));
                return heard.stream().allMatch(one -> heardText(one, text));
              });
    }
  }

  static boolean heardText(HeardTopic heard, String text) {
    return heard.all().stream().anyMatch(shown -> shown.startsWith(text + "@"));
  }

  static void assertAllUnavailable(Map<String, String> outcomes) {
    assertThat(outcomes.values()).as(outcomes.toString()).containsOnly("EUNAVAILABLE");
  }
}
