// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Authentication;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.connection.ConnectionInfo;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.presence.PresenceOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A node in a process of its own: {@code <redis port>}. Channels, records and rooms are open; the
 * commands are for {@link EchoLoad} and {@link RoomLoad}.
 */
final class ChaosProgram {
  /** Where everybody is. */
  static final String ROOM = "lobby";

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

  private static final Pattern ALL = Pattern.compile(".*");

  private ChaosProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshServer server =
        MeshServer.builder()
            .host("127.0.0.1")
            .port(0)
            .redis(RedisOptions.of("redis://127.0.0.1:" + args[0]))
            .cluster(
                new ClusterOptions(
                    Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1)))
            .authentication(
                request ->
                    request
                        .bearerToken()
                        .map(name -> Authentication.accept(Identity.of(name)))
                        .orElse(Authentication.anonymous()))
            .heartbeat(HeartbeatOptions.defaults().withPingInterval(Duration.ofSeconds(2)))
            .build();
    server.exposeChannel(ALL);
    server.exposePublish(ALL, (connection, channel) -> true);
    server.channels().policy(ALL, ChannelPolicy.history(ChannelPolicy.MAX_HISTORY));
    server.exposeRecord(ALL);
    server.exposeWritableRecord(ALL);
    server.exposeRoom(ALL);
    server.trackPresence(ALL, PresenceOptions.defaults());
    registerCommands(server);
    server.registerCommand("work", ctx -> work(ctx.payload(Integer.class)));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.drain(Duration.ofSeconds(10));
                  server.close();
                }));
    server.start();
    System.out.println("ready " + server.port());
    new CountDownLatch(1).await();
  }

  private static CompletionStage<@Nullable Integer> work(@Nullable Integer number) {
    return CompletableFuture.supplyAsync(() -> number, LATER);
  }

  private static void registerCommands(MeshServer server) {
    Set<String> echoed = ConcurrentHashMap.newKeySet();
    server.registerCommand(
        "echo",
        context -> {
          String text = context.payload(String.class);
          if (!echoed.add(text)) {
            throw new CommandException("ETWICE", text);
          }
          return text;
        });
    server.registerCommand("keep", context -> keep(server, context.payload(JsonNode.class)));
    server.registerCommand("tell", context -> tell(server, context.payload(String.class)));
    server.registerCommand("members", context -> members(server));
    server.registerCommand("connections", context -> connections(server));
  }

  /** An identity and a number, which is kept for it once. */
  private static CompletionStage<Boolean> keep(MeshServer server, JsonNode wanted) {
    JsonNode number = wanted.get(1);
    return server
        .inboxes()
        .keep(wanted.get(0).asText(), "number", number, "number-" + number)
        .thenApply(position -> true);
  }

  private static CompletionStage<Void> tell(MeshServer server, String text) {
    return server.rooms().broadcast(ROOM, "told", text);
  }

  private static CompletionStage<Set<String>> members(MeshServer server) {
    return server.rooms().memberIds(ROOM);
  }

  private static CompletionStage<List<String>> connections(MeshServer server) {
    return server
        .connections()
        .all()
        .thenApply(all -> all.stream().map(ConnectionInfo::id).toList());
  }
}
