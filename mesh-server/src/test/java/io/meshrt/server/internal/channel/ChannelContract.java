// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.channel.ChannelPosition;
import io.meshrt.server.channel.PublishOptions;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every contract of channels starts from: one node, or two of one cluster. */
abstract class ChannelContract {
  static final String CHAT = "chat:1";
  static final String TO_CHAT = "{\"channel\":\"chat:1\"}";

  private TestWorld world;
  private ChannelNode first;
  private ChannelNode second;

  abstract TestWorld newWorld();

  /** Whether {@link #second} is another node than {@link #first}. */
  abstract boolean twoNodes();

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = new ChannelNode(world.node("n1"));
    second = twoNodes() ? new ChannelNode(world.node("n2")) : first;
    for (ChannelNode node : nodes()) {
      node.channels.expose(Pattern.compile("chat:.+"));
    }
  }

  @AfterEach
  final void closeNodes() {
    nodes().forEach(ChannelNode::close);
    world.close();
  }

  final ChannelNode first() {
    return first;
  }

  final ChannelNode second() {
    return second;
  }

  final List<ChannelNode> nodes() {
    return twoNodes() ? List.of(first, second) : List.of(first);
  }

  final TestWorld world() {
    return world;
  }

  static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }

  /** Publishes on {@link #CHAT}, keeping so many. */
  static ChannelPosition publish(ChannelNode node, Object message, int history) {
    return get(
        node.channels.publish(CHAT, message, PublishOptions.defaults().withHistory(history)));
  }

  /** A v1 client of a node that is subscribed to {@link #CHAT}. */
  static LivePeer subscribed(ChannelNode node) {
    LivePeer peer = node.v1();
    subscribe(peer, "");
    return peer;
  }

  /** What a v1 client is answered. */
  static JsonNode subscribe(LivePeer peer, String more) {
    return peer.result("mesh/subscribe-channel", "{\"channel\":\"chat:1\"" + more + "}");
  }

  /** The messages of an answer's list. */
  static List<String> messages(JsonNode list) {
    return list.findValues("message").stream().map(JsonNode::toString).toList();
  }

  /** As a request says it. */
  static String json(ChannelPosition position) {
    return "{\"epoch\":\"" + position.epoch() + "\",\"offset\":" + position.offset() + "}";
  }

  /** Frames that carry messages to the application. */
  static List<String> contentOf(LivePeer peer) {
    return peer.frames().stream()
        .filter(frame -> frame.contains("\"message\":") && !frame.contains("\"error\":"))
        .toList();
  }
}
