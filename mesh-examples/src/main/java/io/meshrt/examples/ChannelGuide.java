// SPDX-License-Identifier: Apache-2.0
package io.meshrt.examples;

import io.meshrt.server.MeshServer;
import io.meshrt.server.channel.ChannelHistory;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.ChannelStore;
import io.meshrt.server.channel.HistoryRequest;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.persistence.MirrorOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The snippets of the page about channels; they run in the tests. */
public final class ChannelGuide {
  private ChannelGuide() {}

  /** Lets clients subscribe and publish. */
  public static void expose(MeshServer server) {
    // snippet: expose
    server.exposeChannel("news");
    server.exposeChannel(
        Pattern.compile("chat:.+"), (connection, channel) -> connection.identity().isPresent());
    server.exposePublish(
        Pattern.compile("chat:.+"), (connection, channel) -> connection.identity().isPresent());
    server.channels().policy(Pattern.compile("chat:.+"), ChannelPolicy.history(100));
    // end
  }

  /** Publishes in three ways. */
  public static CompletableFuture<ChannelPosition> publish(MeshServer server) {
    // snippet: publish
    return server
        .publishToChannel("news", "hello")
        .thenCompose(
            position -> server.publishToChannel("chat:1", Map.of("text", "hi"), 50)) // keeps 50
        .thenCompose(
            position ->
                server.publishToChannel(
                    "chat:1",
                    Map.of("order", 7),
                    PublishOptions.defaults()
                        .withHistory(50, Duration.ofHours(1))
                        .withId("order-7"))); // a repeat is not published again
    // end
  }

  /** Reads what is kept, and what follows a position. */
  public static CompletableFuture<ChannelHistory> history(
      MeshServer server, ChannelPosition position) {
    // snippet: history
    return server
        .getChannelHistory("chat:1", HistoryRequest.newest(20))
        .thenCompose(
            newest -> server.getChannelHistory("chat:1", HistoryRequest.after(position, 100)));
    // end
  }

  /** Ends a subscription, and looks who is there. */
  public static CompletableFuture<Integer> revoke(MeshServer server, Connection connection) {
    // snippet: revoke
    return server
        .channels()
        .revoke(connection, "chat:1")
        .thenCompose(was -> server.channels().subscriberCount("chat:1"));
    // end
  }

  /** Begins and ends work with the first and the last subscriber. */
  public static void follow(MeshServer server, Consumer<String> begin, Consumer<String> end) {
    // snippet: follow
    server.channels().onFirstSubscriber(Pattern.compile("ticker:.+"), begin);
    server.channels().onLastSubscriber(Pattern.compile("ticker:.+"), end);
    // end
  }

  /** Keeps what is published in a store. */
  public static void mirror(MeshServer server, ChannelStore store) {
    // snippet: mirror
    server.channels().mirror(Pattern.compile("chat:.+"), store, MirrorOptions.defaults());
    // end
  }
}
