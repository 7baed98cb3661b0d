// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.dispatch;

import static io.meshrt.tests.harness.Outcomes.code;
import static io.meshrt.tests.harness.Outcomes.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.tests.dispatch.Meeting.Guest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Dispatchers as programs, and a Redis that is ill-treated. */
class DispatcherIT {
  private static final long HEAP_BYTES = 40L << 20;

  private final String prefix = Meeting.newPrefix();
  private RedisServer redis;

  @BeforeEach
  void start() {
    redis = RedisServer.started();
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private RedisOptions options() {
    return RedisOptions.of(redis.uri()).withPrefix(prefix);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void processWithADispatcherServesNothingAndReachesAllNodes(@TempDir Path directory)
      throws Exception {
    Path classes = directory.resolve("classes.txt");
    try (Meeting meeting = Meeting.redis(2, options())) {
      Guest here = meeting.guest(0, "anna");
      Guest there = meeting.guest(1, "anna");
      Guest member = meeting.guest(1, "bert");
      List<String> news = new CopyOnWriteArrayList<>();
      result(member.client.subscribe("news", String.class, news::add));
      result(meeting.node(0).rooms().join("lobby", member.id()));

      String said = run(classes);

      assertThat(said.lines()).contains("listening 0", "done", "receipts 1000 for 1000");
      assertThat(number(said, "heap ")).isLessThan(HEAP_BYTES);
      Stream.of(here, there)
          .forEach(
              guest -> await().until(() -> guest.client.status() == ClientStatus.DISCONNECTED));
      Stream.of(here, there).forEach(guest -> guest.awaitHeard("number 999"));
      assertThat(here.heard).hasSize(1_000).endsWith("number 999").doesNotHaveDuplicates();
      assertThat(there.heard).isEqualTo(here.heard);
      member.awaitHeard("to the room");
      await().until(() -> news.contains("from afar"));
      assertThat(result(meeting.node(0).records().get("score"))).isPresent();
    }
    assertThat(Files.readString(classes))
        .contains("io.meshrt.server.dispatch.MeshDispatcher")
        .doesNotContain("io.undertow.", "org.xnio.");
  }

  /** What the program says until it ends, which it has to do in time. */
  private String run(Path classes) throws Exception {
    Process program = start(classes);
    try (InputStream output = program.getInputStream()) {
      CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> text(output));
      assertThat(program.waitFor(180, TimeUnit.SECONDS)).as("has ended").isTrue();
      assertThat(program.exitValue()).as(result(said)).isZero();
      return result(said);
    } finally {
      program.destroyForcibly();
    }
  }

  private static String text(InputStream output) {
    try {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(Path classes) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:class+load:file=" + classes,
            "-cp",
            System.getProperty("java.class.path"),
            DispatcherProgram.class.getName(),
            redis.uri(),
            prefix)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long number(String said, String beginning) {
    return said.lines()
        .filter(line -> line.startsWith(beginning))
        .mapToLong(line -> Long.parseLong(line.substring(beginning.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void connectFailsWithinItsTimeWithoutRedis() {
    Set<Thread> before = threads();
    redis.kill();

    assertThatThrownBy(
            () -> MeshDispatcher.builder(options()).connectTimeout(Duration.ofSeconds(1)).connect())
        .isInstanceOf(CommandException.class)
        .extracting(failure -> ((CommandException) failure).code())
        .isEqualTo("EUNAVAILABLE");

    awaitNoThreadsBut(before);
  }

  @Test
  void callsFailWhileRedisIsAwayAndWorkWhenItIsBack() throws Exception {
    try (Meeting meeting = Meeting.redis(1, options())) {
      MeshDispatcher dispatcher = meeting.dispatcher();
      Guest anna = meeting.guest(0, "anna");

      redis.kill();
      assertThat(code(dispatcher.sendToIdentity("anna", "say", "lost"))).isEqualTo("EUNAVAILABLE");
      assertThat(code(dispatcher.channels().publish("news", "lost"))).isEqualTo("EUNAVAILABLE");
      assertThat(code(dispatcher.records().write("score", 1))).isEqualTo("EUNAVAILABLE");
      redis.start();

      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(
              () -> {
                result(dispatcher.sendToIdentity("anna", "say", "back"));
                return anna.heard.contains("back");
              });
      assertThat(anna.heard).doesNotContain("lost");
    }
  }

  @Test
  void closeLeavesNoThreads() throws Exception {
    Set<Thread> before = threads();

    for (int i = 0; i < 3; i++) {
      MeshDispatcher dispatcher = MeshDispatcher.connect(options());
      result(dispatcher.broadcast("say", i));
      result(dispatcher.records().update("score", Integer.class, Meeting::plusOne));
      dispatcher.close();
    }

    awaitNoThreadsBut(before);
  }

  @Test
  void dispatcherOfAnotherDeploymentReachesNobody() throws Exception {
    try (Meeting meeting = Meeting.redis(1, options());
        MeshDispatcher other = MeshDispatcher.connect(options().withPrefix(prefix + ".2"))) {
      MeshDispatcher own = meeting.dispatcher();
      Guest anna = meeting.guest(0, "anna");
      result(meeting.node(0).rooms().join("lobby", anna.id()));
      List<String> news = new CopyOnWriteArrayList<>();
      result(anna.client.subscribe("news", String.class, news::add));

      result(other.sendToIdentity("anna", "say", "other"));
      result(other.sendToRoom("lobby", "say", "other"));
      result(other.broadcast("say", "other"));
      result(other.sendToConnections(List.of(anna.id()), "say", "other"));
      result(other.channels().publish("news", "other"));
      result(other.records().write("score", "other"));
      result(other.disconnect(List.of("anna"), 4503, "other"));
      result(other.disconnectConnections(List.of(anna.id()), 4503, "other"));
      result(own.channels().publish("news", "own"));
      result(own.sendToIdentity("anna", "say", "own"));
      result(own.broadcast("say", "own too"));

      anna.awaitHeard("own");
      anna.awaitHeard("own too");
      await().until(() -> news.contains("own"));
      assertThat(anna.heard).doesNotContain("other");
      assertThat(news).containsExactly("own");
      assertThat(result(meeting.node(0).records().get("score"))).isEmpty();
      assertThat(result(other.nodeCount())).isZero();
      assertThat(anna.client.status()).isEqualTo(ClientStatus.CONNECTED);
    }
  }

  @Test
  void garbageOnAnyChannelOfOursReachesNobody() throws Exception {
    try (Meeting meeting = Meeting.redis(1, options())) {
      MeshDispatcher dispatcher = meeting.dispatcher();
      Guest anna = meeting.guest(0, "anna");
      result(meeting.node(0).rooms().join("lobby", anna.id()));
      List<String> news = new CopyOnWriteArrayList<>();
      result(anna.client.subscribe("news", String.class, news::add));
      int told = 0;

      for (String channel : channels()) {
        for (String garbage : List.of("", "x", "U", "UP", "UX\n", "UX\nx y", "UC", "UP\n", "N\n")) {
          redis.command("PUBLISH", channel, garbage);
          told++;
        }
      }
      result(dispatcher.sendToIdentity("anna", "say", "to anna"));
      result(dispatcher.sendToRoom("lobby", "say", "to the room"));
      result(dispatcher.broadcast("say", "to all"));
      result(dispatcher.sendToConnections(List.of(anna.id()), "say", "to one"));
      result(dispatcher.channels().publish("news", "news"));

      List.of("to anna", "to the room", "to all", "to one").forEach(anna::awaitHeard);
      await().until(() -> news.contains("news"));
      assertThat(told).isGreaterThan(50);
      assertThat(anna.heard).hasSize(4);
      assertThat(news).hasSize(1);
      assertThat(anna.client.status()).isEqualTo(ClientStatus.CONNECTED);
    }
  }

  private List<String> channels() {
    return Stream.of(redis.command("PUBSUB", "CHANNELS", prefix + "*").split("\r\n"))
        .filter(line -> line.startsWith(prefix))
        .toList();
  }

  private static Set<Thread> threads() {
    return new HashSet<>(Thread.getAllStackTraces().keySet());
  }

  /** Threads of the JVM and of libraries that are one for the whole process are not ours. */
  private static void awaitNoThreadsBut(Set<Thread> before) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(threads())
                    .filteredOn(thread -> !before.contains(thread))
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.matches("(mesh|redisson|nioEventLoop).*")));
  }
}
