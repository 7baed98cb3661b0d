// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Channels of the published JavaScript client, unmodified, against our server. */
@Tag("full")
@Tag("interop")
class PublishedClientChannelsIT {
  private final CompletableFuture<Void> missed = new CompletableFuture<>();
  private volatile boolean dropped;

  /** What the program asks for. */
  private record Messages(String channel, List<JsonNode> messages, int history) {}

  private record Missed(List<String> channels, List<String> messages) {}

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientFollowsChannelsAndComesBackToThem() throws Exception {
    NodePrograms.install();
    Map<String, JsonNode> facts;
    try (MeshServer server = MeshServer.builder().host("127.0.0.1").port(0).build()) {
      expose(server);
      server.start();
      facts = NodePrograms.facts("realtime-channels.mjs", "ws://127.0.0.1:" + server.port());
    }

    assertFact(facts, "subscribed", "{'success':true,'history':['m3','m4','m5']}");
    assertFact(facts, "called", "['m3','m4','m5']");
    assertFact(facts, "history", "{'success':true,'history':['m4','m5']}");
    assertFact(facts, "all", "{'success':true,'history':['m2','m3','m4','m5']}");
    assertFact(facts, "withoutHistory", "{'success':true,'history':[]}");
    assertFact(facts, "order", "true");
    assertFact(facts, "forms", "['{\\\"a\\\":[1,null]}','7','end']");
    assertFact(facts, "once", "1");
    assertFact(facts, "refused", "{'success':false,'history':[]}");
    assertFact(facts, "hidden", "{'success':false,'history':[]}");
    assertFact(facts, "refusedHistory", "{'success':false,'history':[]}");
    assertFact(facts, "unsubscribed", "[true,false]");
    assertFact(facts, "liveAfterGap", "['back']");
    assertFact(facts, "keptAfterGap", "['m5','missed 1','missed 2','back']");
    assertFact(facts, "neverHeard", "[0,0]");
    assertFact(facts, "pushes", "['mesh/assign-id','rt/assign-id','rt/subscription-message']");
    assertThat(facts).containsKey("done");
  }

  private void expose(MeshServer server) {
    for (String channel : List.of("kept", "live", "left")) {
      server.exposeChannel(channel, (connection, name) -> mayComeBack());
    }
    server.exposeChannel("secret", (connection, name) -> false);
    server.registerCommand("publish", ctx -> publish(server, ctx));
    server.registerCommand("drop-me", ctx -> drop(server, ctx));
    server.registerCommand(
        "when-subscribed",
        ctx -> {
          List<String> channels = ctx.payload(Missed.class).channels();
          Awaitility.await().until(() -> subscribers(server, channels) == channels.size());
          return true;
        });
  }

  /** Nobody is let in again before what is to be missed was published. */
  private boolean mayComeBack() {
    if (dropped) {
      missed.orTimeout(4, TimeUnit.SECONDS).join();
    }
    return true;
  }

  private static boolean publish(MeshServer server, CommandContext ctx) {
    Messages wanted = ctx.payload(Messages.class);
    List<CompletableFuture<?>> accepted = new ArrayList<>();
    for (JsonNode message : wanted.messages()) {
      accepted.add(server.publishToChannel(wanted.channel(), message, wanted.history()));
    }
    accepted.forEach(CompletableFuture::join);
    return true;
  }

  private boolean drop(MeshServer server, CommandContext ctx) {
    Missed wanted = ctx.payload(Missed.class);
    dropped = true;
    ctx.connection().close(1012, "come back");
    Awaitility.await().until(() -> subscribers(server, wanted.channels()) == 0);
    for (String message : wanted.messages()) {
      wanted.channels().forEach(channel -> server.publishToChannel(channel, message, 4).join());
    }
    missed.complete(null);
    return true;
  }

  private static int subscribers(MeshServer server, List<String> channels) {
    return channels.stream()
        .mapToInt(channel -> server.channels().subscriberCount(channel).join())
        .sum();
  }

  private static void assertFact(Map<String, JsonNode> facts, String fact, String expected)
      throws JsonProcessingException {
    JsonNode json = NodePrograms.JSON.readTree(expected.replace('\'', '"'));
    assertThat(facts.get(fact)).as(fact).isEqualTo(json);
  }
}
