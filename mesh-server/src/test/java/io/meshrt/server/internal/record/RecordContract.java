// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.record.RecordPolicy;
import io.meshrt.server.record.RecordVersion;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every contract of records starts from: one node, or two of one cluster. */
abstract class RecordContract {
  static final String DOC = "doc:1";

  private TestWorld world;
  private RecordNode first;
  private RecordNode second;

  abstract TestWorld newWorld();

  /** Whether {@link #second} is another node than {@link #first}. */
  abstract boolean twoNodes();

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    first = new RecordNode(world.node("n1"), 1);
    second = twoNodes() ? new RecordNode(world.node("n2"), 2) : first;
    for (RecordNode node : nodes()) {
      node.records.expose(Pattern.compile("doc:.+|bank/.+"));
      node.records.exposeWritable(Pattern.compile("doc:w.*|bank/.+|secret:.+"));
      node.records.policy(
          Pattern.compile("bank/.+"), RecordPolicy.defaults().withGroup(id -> "bank"));
    }
  }

  @AfterEach
  final void closeNodes() {
    nodes().forEach(RecordNode::close);
    world.close();
  }

  final RecordNode first() {
    return first;
  }

  final RecordNode second() {
    return second;
  }

  final List<RecordNode> nodes() {
    return twoNodes() ? List.of(first, second) : List.of(first);
  }

  final TestWorld world() {
    return world;
  }

  static <T> T get(CompletableFuture<T> future) {
    return TestWorld.get(future);
  }

  static JsonNode json(String text) {
    return RecordJson.tree(RawJson.parse(text));
  }

  static RecordVersion write(RecordNode node, String id, String json) {
    return get(node.records.write(id, json(json)));
  }

  /** A v1 client that follows a record. */
  static LivePeer following(RecordNode node, String id, String mode) {
    LivePeer peer = node.v1();
    subscribe(peer, id, mode);
    return peer;
  }

  /** A client of the family that follows a record. */
  static LivePeer legacyFollowing(RecordNode node, String id, String mode) {
    LivePeer peer = node.legacy();
    subscribe(peer, id, mode);
    return peer;
  }

  static JsonNode subscribe(LivePeer peer, String id, String mode) {
    return peer.result("mesh/subscribe-record", of(id, ",\"mode\":\"" + mode + "\""));
  }

  static String of(String id, String more) {
    return "{\"recordId\":\"" + id + "\"" + more + "}";
  }

  static String of(String id) {
    return of(id, "");
  }
}
