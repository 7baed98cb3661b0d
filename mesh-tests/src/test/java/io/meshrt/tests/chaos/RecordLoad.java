// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.MeshClient;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordValue;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Clients that count in records, each under a key of its own, and clients that follow these
 * records: in the end all have the same, with every count as far as it was acknowledged.
 */
final class RecordLoad implements Load {
  private static final int RECORDS = 3;
  private static final int WRITERS_OF_EACH = 2;
  private static final Duration POLL = Duration.ofMillis(100);

  private final ChaosWorld world;
  private final List<RecordWriter> writers = new ArrayList<>();
  private final List<RecordReplica> replicas = new ArrayList<>();
  private final Flaws flaws = new Flaws();

  RecordLoad(ChaosWorld world) {
    this.world = world;
  }

  @Override
  public void start() throws Exception {
    List<String> records = IntStream.range(0, RECORDS).mapToObj(number -> "doc" + number).toList();
    for (int i = 0; i < RECORDS * WRITERS_OF_EACH; i++) {
      MeshClient client = world.members().get(i % world.members().size());
      writers.add(new RecordWriter("w" + i, records.get(i % RECORDS), client, flaws));
    }
    for (int i = 0; i < world.members().size(); i++) {
      RecordMode mode = i % 2 == 0 ? RecordMode.FULL : RecordMode.PATCH;
      for (String record : records) {
        replicas.add(
            new RecordReplica("f" + i, record, mode, world.members().get(i), world.losses, flaws));
      }
    }
    writers.forEach(RecordWriter::start);
  }

  @Override
  public void settle() {
    writers.forEach(RecordWriter::pauseAfterOneMore);
    await("all writers have written")
        .atMost(ChaosWorld.PATIENCE)
        .until(() -> writers.stream().allMatch(RecordWriter::isPaused));
    for (RecordWriter writer : writers) {
      await()
          .atMost(ChaosWorld.PATIENCE)
          .pollInterval(POLL)
          .ignoreExceptions()
          .untilAsserted(() -> assertAgree(writer));
    }
    writers.forEach(RecordWriter::start);
  }

  /** By each node, and each follower. */
  private void assertAgree(RecordWriter writer) throws Exception {
    for (int node = 0; node < world.nodes.size(); node++) {
      RecordValue<JsonNode> stored =
          Outcomes.result(world.members().get(node).records().get(writer.record(), JsonNode.class));
      assertThat(stored.value().path(writer.key()).asInt())
          .as("%s of %s by node %d", writer.key(), writer.record(), node)
          .isEqualTo(writer.acknowledged());
      for (RecordReplica replica : replicas) {
        if (replica.record().equals(writer.record())) {
          assertThat(replica.held()).as(replica.name()).isEqualTo(stored);
        }
      }
    }
  }

  @Override
  public List<String> flaws() {
    return flaws.seen();
  }

  @Override
  public void stop() {
    writers.forEach(RecordWriter::stop);
  }

  @Override
  public String toString() {
    return "records: %d merges acknowledged, %d failed, %d values told"
        .formatted(
            writers.stream().mapToInt(RecordWriter::acknowledged).sum(),
            writers.stream().mapToInt(RecordWriter::failures).sum(),
            replicas.stream().mapToInt(RecordReplica::told).sum());
  }
}
