// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.exit;

import static io.meshrt.tests.harness.Outcomes.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import io.meshrt.tests.harness.V1Socket;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node that is asked to end while clients wait for it. */
class GracefulExitIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int CLIENTS = FULL ? 100 : 20;
  private static final Duration DRAIN = Duration.ofSeconds(10);
  private static final Duration LIFE = Duration.ofMinutes(3);
  private static final String PREFIX = "exit";

  @Test
  void answersAllCommandsAndLeavesNothingBehind() throws Exception {
    try (RedisServer redis = RedisServer.started()) {
      Process program = start(redis.uri());
      CompletableFuture<?> unused = // who reads what it says waits no longer than this
          program
              .onExit()
              .orTimeout(LIFE.toSeconds(), TimeUnit.SECONDS)
              .exceptionally(
                  late -> {
                    program.destroyForcibly();
                    return program;
                  });
      List<MeshClient> clients = new ArrayList<>();
      List<Integer> codes = new CopyOnWriteArrayList<>();
      try (BufferedReader said = program.inputReader(StandardCharsets.UTF_8);
          MeshDispatcher dispatcher =
              MeshDispatcher.connect(RedisOptions.of(redis.uri()).withPrefix(PREFIX))) {
        int port = Integer.parseInt(rest(said, "ready "));
        for (int i = 0; i < CLIENTS; i++) {
          MeshClient client = client(port, "user " + i);
          clients.add(client);
          client.onStatus(change -> change.closeCode().ifPresent(codes::add));
          result(client.connect());
          result(client.rooms().join("lobby"));
        }
        V1Socket stays = V1Socket.open(port); // and does not do what it is told
        await().until(() -> result(dispatcher.identities().onlineCount()) == CLIENTS + 1);
        assertThat(redis.command("ZCARD", PREFIX + ":nodes")).isEqualTo(":1\r\n");
        List<CompletableFuture<String>> answers = new ArrayList<>();
        clients.forEach(client -> answers.add(client.command("slow", null, String.class)));
        for (int i = 0; i < CLIENTS; i++) {
          rest(said, "begun"); // what comes behind the signal is refused
        }

        assertThat(program.toHandle().destroy()).isTrue();

        for (CompletableFuture<String> answer : answers) {
          assertThat(result(answer)).isEqualTo("done");
        }
        assertThat(stays.closeCode()).isEqualTo(4001);
        assertThat(rest(said, "before the end: ")).isEqualTo("TERM");
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isZero();
        assertThat(result(dispatcher.identities().onlineCount())).isZero();
        assertThat(result(dispatcher.identities().isOnline("user 0"))).isFalse();
        assertThat(redis.command("ZCARD", PREFIX + ":nodes")).isEqualTo(":0\r\n");
        assertThat(redis.command("KEYS", PREFIX + ":*:index")).isEqualTo("*0\r\n");
        assertThat(redis.command("HLEN", PREFIX + ":{.lobby}:room:m")).isEqualTo(":0\r\n");
        await().until(() -> codes.size() == CLIENTS);
        assertThat(codes).containsOnly(4001);
      } finally {
        program.destroyForcibly();
        clients.forEach(MeshClient::close);
      }
    }
  }

  private static MeshClient client(int port, String identity) {
    return MeshClient.builder("ws://127.0.0.1:" + port)
        .header("Authorization", "Bearer " + identity)
        .reconnect(ReconnectPolicy.off())
        .build();
  }

  private static Process start(String redis) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ExitProgram.class.getName(),
            redis,
            PREFIX,
            DRAIN.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** What the next line that begins like this goes on with; others are of the log. */
  private static String rest(BufferedReader lines, String beginning) throws IOException {
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length());
      }
    }
    throw new AssertionError("ended without: " + beginning);
  }
}
