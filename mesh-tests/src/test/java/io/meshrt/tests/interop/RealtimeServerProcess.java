// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.faults.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The family's own server, as published, in Node and with a Redis of its own. */
final class RealtimeServerProcess implements AutoCloseable {
  private final RedisServer redis;
  private Process process;
  private int port;

  private RealtimeServerProcess(RedisServer redis) {
    this.redis = redis;
  }

  static RealtimeServerProcess started() throws Exception {
    NodePrograms.install();
    RealtimeServerProcess server = new RealtimeServerProcess(RedisServer.started());
    try {
      server.start();
    } catch (IOException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** Starts it, after the first time on the same port. */
  void start() throws IOException {
    process = NodePrograms.start("realtime-server.mjs", "" + redis.port(), Integer.toString(port));
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the server ended before it listened");
    }
    port = NodePrograms.JSON.readTree(line).get("value").asInt();
  }

  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  MeshClientBuilder client() {
    return MeshClient.builder("ws://127.0.0.1:" + port)
        .reconnect(ReconnectPolicy.fullJitter(Duration.ofMillis(50), Duration.ofMillis(300)));
  }

  static CompletableFuture<Boolean> publish(
      MeshClient client, String channel, int history, Object... messages) {
    Map<String, Object> payload =
        Map.of("channel", channel, "messages", Arrays.asList(messages), "history", history);
    return client.command("publish", payload, Boolean.class);
  }

  static CompletableFuture<Boolean> write(MeshClient client, String id, Object... values) {
    Map<String, Object> payload = Map.of("id", id, "values", List.of(values));
    return client.command("write", payload, Boolean.class);
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
    redis.close();
  }
}
