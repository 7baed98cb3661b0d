// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.MirrorOptions;
import io.meshrt.server.channel.PublishOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** The snippets of the page about channels; they run in the tests. */
public final class ChannelGuide {
  private ChannelGuide() {}

  /** Says who may subscribe, and how much is kept. */
  public static void expose(MeshServer server) {
    // snippet: expose
    server.exposeChannel("news");
    server.exposeChannel(
        Pattern.compile("orders:[0-9]+"),
        (connection, channel) -> connection.identity().isPresent());
    server.channels().policy("news", ChannelPolicy.history(1_000, Duration.ofHours(24)));
    // end
  }

  /** Publishes. */
  public static CompletableFuture<ChannelPosition> publish(MeshServer server) {
    // snippet: publish
    return server
        .publishToChannel("news", "a text")
        .thenCompose(done -> server.publishToChannel("news", Map.of("price", 12), 50))
        .thenCompose(
            done ->
                server.publishToChannel(
                    "news",
                    Map.of("price", 13),
                    PublishOptions.defaults().withId("price-4711-13")));
    // end
  }

  /** Reads what is kept. */
  public static CompletableFuture<ChannelHistory> read(MeshServer server, ChannelPosition known) {
    // snippet: history
    return server
        .getChannelHistory("news", HistoryRequest.newest(20)) // newest first
        .thenCompose(
            page -> server.getChannelHistory("news", HistoryRequest.after(known, 100)));
    // end
  }

  /** Lets clients publish. */
  public static void exposePublish(MeshServer server) {
    // snippet: exposePublish
    boolean echo = false; // publishers do not hear themselves
    server
        .channels()
        .exposePublish(
            Pattern.compile("orders:[0-9]+"),
            (connection, channel) -> connection.identity().isPresent(),
            echo);
    // end
  }

  /** Watches over subscribers. */
  public static CompletableFuture<Integer> watch(MeshServer server, Runnable begin, Runnable end) {
    // snippet: subscribers
    server.channels().onFirstSubscriber(Pattern.compile("news"), channel -> begin.run());
    server.channels().onLastSubscriber(Pattern.compile("news"), channel -> end.run());
    return server
        .channels()
        .revokeIdentity("ann", "orders:12")
        .thenCompose(revoked -> server.channels().subscriberCount("news"));
    // end
  }

  /** Keeps publications in a store of the application. */
  public static void mirror(MeshServer server, ChannelStore store) {
    // snippet: mirror
    server.channels().mirror(Pattern.compile("audit:.+"), store, MirrorOptions.defaults());
    // end
  }
}
