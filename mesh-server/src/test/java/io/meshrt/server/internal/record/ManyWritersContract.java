// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.WriteOptions;
import io.meshrt.server.record.WriteStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many who write one record on three nodes, and all forms of following it. */
abstract class ManyWritersContract {
  private static final int WRITERS = 50;
  private static final int MERGES = Boolean.getBoolean("mesh.full") ? 200 : 10;
  private static final String ID = "counts";

  private final List<RecordNode> nodes = new ArrayList<>();
  private TestWorld world;

  abstract TestWorld newWorld();

  @BeforeEach
  final void startNodes() {
    world = newWorld();
    for (int i = 1; i <= 3; i++) {
      RecordNode node = new RecordNode(world.node("n" + i), i);
      node.records.expose(ID);
      nodes.add(node);
    }
  }

  @AfterEach
  final void closeNodes() {
    nodes.forEach(RecordNode::close);
    world.close();
  }

  @Test
  void allMergesAreThereAndAllReplicasEqual() {
    List<LivePeer> peers = new ArrayList<>();
    for (RecordNode node : nodes) {
      for (String mode : List.of("full", "patch")) {
        peers.add(RecordContract.following(node, ID, mode));
        peers.add(RecordContract.legacyFollowing(node, ID, mode));
      }
    }

    List<CompletableFuture<List<Long>>> writers = new ArrayList<>();
    for (int writer = 0; writer < WRITERS; writer++) {
      writers.add(write(nodes.get(writer % 3), "w" + writer, 1, new ArrayList<>()));
    }

    List<Long> versions =
        writers.stream().flatMap(writer -> await(writer).stream()).sorted().toList();
    long last = (long) WRITERS * MERGES;
    assertThat(versions).isEqualTo(LongStream.rangeClosed(1, last).boxed().toList());
    RecordValue<JsonNode> stored = await(nodes.get(0).records.get(ID)).orElseThrow();
    assertThat(stored.value()).hasSize(WRITERS).allMatch(count -> count.intValue() == MERGES);
    for (LivePeer peer : peers) {
      peer.await(frame -> frame.contains("\"version\":" + last));
      Replica replica = Replica.of(peer, ID, 1);
      assertThat(replica.get(ID)).isEqualTo(new Replica.Held(stored.value(), last));
    }
  }

  /** One merge after the other. */
  private static CompletableFuture<List<Long>> write(
      RecordNode node, String key, int count, List<Long> versions) {
    CompletableFuture<RecordVersion> written =
        node.records.write(
            ID, Map.of(key, count), WriteOptions.defaults().withStrategy(WriteStrategy.MERGE));
    return written.thenCompose(
        version -> {
          versions.add(version.number());
          return count == MERGES
              ? CompletableFuture.completedFuture(versions)
              : write(node, key, count + 1, versions);
        });
  }

  private static <T> T await(CompletableFuture<T> future) {
    return future.orTimeout(120, java.util.concurrent.TimeUnit.SECONDS).join();
  }
}
