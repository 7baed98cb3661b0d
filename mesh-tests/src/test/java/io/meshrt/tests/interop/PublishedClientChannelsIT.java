// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.MeshServer;
import io.meshrt.server.command.CommandContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Channels of the published JavaScript client, unmodified, against our server. */
@Tag("full")
@Tag("interop")
class PublishedClientChannelsIT extends PublishedClientSuite {
  /** What the program asks for. */
  private record Messages(String channel, List<JsonNode> messages, int history) {}

  private record Missed(List<String> channels, List<String> messages) {}

  @ParameterizedTest
  @CsvSource({ONE_NODE, ONE_NODE_AGAIN, TWO_NODES, TWO_NODES_AGAIN})
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void publishedClientFollowsChannelsAndComesBackToThem(int nodes, int time) throws Exception {
    run(nodes, "realtime-channels.mjs");

    assertFact("subscribed", "{'success':true,'history':['m3','m4','m5']}");
    assertFact("called", "['m3','m4','m5']");
    assertFact("history", "{'success':true,'history':['m4','m5']}");
    assertFact("all", "{'success':true,'history':['m2','m3','m4','m5']}");
    assertFact("withoutHistory", "{'success':true,'history':[]}");
    assertFact("order", "true");
    assertFact("forms", "['{\\\"a\\\":[1,null]}','7','end']");
    assertFact("once", "1");
    assertFact("refused", "{'success':false,'history':[]}");
    assertFact("hidden", "{'success':false,'history':[]}");
    assertFact("refusedHistory", "{'success':false,'history':[]}");
    assertFact("unsubscribed", "[true,false]");
    assertFact("liveAfterGap", "['back']");
    assertFact("keptAfterGap", "['m5','missed 1','missed 2','back']");
    assertFact("neverHeard", "[0,0]");
    assertFact("pushes", "['mesh/assign-id','rt/assign-id','rt/subscription-message']");
    assertFact("done", "true");
  }

  @Override
  void expose(MeshServer server) {
    for (String channel : List.of("kept", "live", "left")) {
      server.exposeChannel(channel);
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
    breakUntil(
        () -> {
          Awaitility.await().until(() -> subscribers(server, wanted.channels()) == 0);
          for (String message : wanted.messages()) {
            wanted
                .channels()
                .forEach(channel -> server.publishToChannel(channel, message, 4).join());
          }
        });
    return true;
  }

  private static int subscribers(MeshServer server, List<String> channels) {
    return channels.stream()
        .mapToInt(channel -> server.channels().subscriberCount(channel).join())
        .sum();
  }
}
