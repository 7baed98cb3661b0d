// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.collection.CollectionLimits;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.record.RecordVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every contract of collections starts from: one node, or two of one cluster. */
abstract class CollectionContract {
  static final String ALL = "coll:all";

  private TestWorld world;
  private CollectionNode first;
  private CollectionNode second;

  abstract TestWorld newWorld();

  /** Whether {@link #second} is another node than {@link #first}. */
  abstract boolean twoNodes();

  /** Of the nodes. */
  CollectionLimits limits() {
    return CollectionLimits.defaults();
  }

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = new CollectionNode(world.node("n1"), limits());
    second = twoNodes() ? new CollectionNode(world.node("n2"), limits()) : first;
  }

  @AfterEach
  final void closeNodes() {
    nodes().forEach(CollectionNode::close);
    world.close();
  }

  final CollectionNode first() {
    return first;
  }

  final CollectionNode second() {
    return second;
  }

  final List<CollectionNode> nodes() {
    return twoNodes() ? List.of(first, second) : List.of(first);
  }

  final TestWorld world() {
    return world;
  }

  static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }

  final RecordVersion write(String id, String json) {
    return get(first.records.write(id, LivePeer.json(json)));
  }

  final void delete(String id) {
    boolean unused = get(first.records.delete(id));
  }

  static String of(String collection) {
    return "{\"collectionId\":\"" + collection + "\"}";
  }

  static JsonNode subscribe(LivePeer peer, String collection) {
    return peer.result("mesh/subscribe-collection", of(collection));
  }

  /** What a client makes of everything it was told. */
  static Replica replica(LivePeer peer) {
    Replica replica = null;
    for (String text : peer.frames()) {
      JsonNode frame = LivePeer.json(text);
      String command = frame.path("command").asText();
      if (frame.path("payload").has("records")) {
        replica = new Replica(frame.get("payload"));
      } else if (replica != null && command.equals("mesh/collection-diff")) {
        replica.apply(frame.get("payload"));
      }
    }
    if (replica == null) {
      throw new AssertionError("not subscribed: " + peer.frames());
    }
    return replica;
  }

  /** Waits until a client sees these, in this order. */
  static void awaitShown(LivePeer peer, List<String> shown) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              Replica replica = replica(peer);
              return replica.isWhole() && replica.shown().equals(shown);
            });
  }
}
