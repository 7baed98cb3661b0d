// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.fakes.LivePeer;
import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.dialect.Generation;
import io.meshrt.server.internal.record.Subscriptions.Wish;
import io.meshrt.server.record.RecordLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group whose publications get lost. */
class RecordGroupTest {
  private static final Topic TOPIC = RecordWriter.topic("r");

  private final TestWorld world = new InMemoryTestWorld();
  private final RecordNode node = new RecordNode(world.node("n1"), 1);
  private final RecordGroup group =
      new RecordGroup(
          "r",
          new RecordGroup.Tools(
              node.node().cluster(),
              node.node().timers(),
              new RecordJson(RecordLimits.defaults(), node.live.metrics()),
              node.live.metrics().records(),
              id -> Duration.ZERO));
  private LivePeer peer;
  private Version version = Version.ABSENT;

  @BeforeEach
  void follow() {
    TestWorld.get(group.start());
    peer = node.v1();
    RecordState unused = begin(peer, null);
  }

  private RecordState begin(LivePeer client, @Nullable Version known) {
    GroupSubscriber subscriber =
        new GroupSubscriber(client.session(), 1, node.live.metrics().records(), over -> {});
    TestWorld.get(group.subscribers().add(subscriber));
    Subscription subscription =
        new Subscription(
            subscriber,
            group,
            new Wish(client.session(), Generation.V1, "r", "r", RecordMode.PATCH, known),
            new Subscription.Admission(node.node().cluster().term(), stale -> {}));
    RecordState snapshot = TestWorld.get(group.begin(subscription));
    subscriber.release(subscription);
    return snapshot;
  }

  @AfterEach
  void close() {
    group.close();
    node.close();
    world.close();
  }

  @Test
  void lastUpdateThatWasMissedIsFoundBehindAGap() {
    writeUnheard("1");

    group.onGap(Position.NONE, Position.NONE);

    assertThat(peer.pushes(1).get(0).get("payload").get("full").intValue()).isEqualTo(1);
    assertThat(node.live.metrics().recordCounts().reloads()).isEqualTo(1);
  }

  @Test
  void gapBehindWhichNothingChangedTellsNothing() {
    write("1");
    peer.pushes(1);

    group.onGap(Position.NONE, Position.NONE);
    group.onGap(Position.NONE, Position.NONE);
    write("2");

    peer.pushes(2);
    assertThat(peer.pushes()).hasSize(2);
  }

  @Test
  void updateBehindOneThatWasMissedBringsBoth() {
    write("1");
    writeUnheard("2");

    write("3");

    peer.await(frame -> frame.contains("\"version\":3"));
    assertThat(peer.pushes()).hasSize(2);
    assertThat(peer.pushes().get(1).get("payload").get("full").intValue()).isEqualTo(3);
  }

  @Test
  void versionThatWentBackIsTold() {
    write("1");
    write("2");
    write("3");
    peer.pushes(3);
    // As if the cluster had forgotten, and somebody had written since.
    TestWorld.get(node.node().store().commit(TOPIC, Write.remove("r", Version.ANY, Duration.ZERO)));
    version = Version.ABSENT;

    writeUnheard("9");
    group.onGap(Position.NONE, Position.NONE);

    peer.pushes(4);
    assertThat(peer.pushes().get(3).get("payload").get("full").intValue()).isEqualTo(9);
    assertThat(peer.pushes().get(3).get("payload").get("version").intValue()).isEqualTo(1);
  }

  @Test
  void whoKnowsMoreThanTheNodeIsToldWhatThereIs() {
    write("1");
    writeUnheard("2");

    RecordState snapshot = begin(node.v1(), version);

    assertThat(snapshot.version()).isEqualTo(version);
    assertThat(peer.pushes(2).get(1).get("payload").get("full").intValue()).isEqualTo(2);
  }

  @Test
  void whoKnowsOfWhatWasLostIsToldWhatThereIs() {
    write("1");
    writeUnheard("2");
    Version lost = new Version(7, "s7");

    RecordState snapshot = begin(node.v1(), lost);

    assertThat(snapshot.version()).isEqualTo(version);
  }

  @Test
  void recordThatTheClusterLostIsNoMoreAndFollowedOn() {
    write("1");
    peer.pushes(1);
    TestWorld.get(node.node().store().commit(TOPIC, Write.remove("r", Version.ANY, Duration.ZERO)));
    version = Version.ABSENT;

    group.onGap(Position.NONE, Position.NONE);
    peer.pushes(2);
    write("2");
    peer.pushes(3);

    JsonNode lost = peer.pushes().get(1);
    assertThat(lost.get("command").textValue()).isEqualTo("mesh/record-update");
    assertThat(lost.get("payload").get("full").isNull()).isTrue();
    assertThat(lost.get("payload").get("version").intValue()).isZero();
    assertThat(peer.pushes().get(2).get("payload").get("full").intValue()).isEqualTo(2);
  }

  private void write(String json) {
    Version next = new Version(version.number() + 1, "s" + json);
    RecordChange change =
        new RecordChange(RecordChange.Kind.VALUE, "r", version.stamp(), next, RawJson.parse(json));
    byte[] payload = RecordChange.encode(List.of(List.of(change)));
    commit(next, json, Optional.of(Outgoing.of(payload, Retention.NUMBERED)));
  }

  private void writeUnheard(String json) {
    commit(new Version(version.number() + 1, "s" + json), json, Optional.empty());
  }

  private void commit(Version next, String json, Optional<Outgoing> message) {
    Write write = Write.put("r", version, json.getBytes(UTF_8)).withStamp(next.stamp());
    CompletableFuture<?> commit = node.node().store().commit(TOPIC, List.of(write), message);
    var unused = TestWorld.get(commit);
    version = next;
  }
}
