// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Registration;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** When and to whom changes of records are told. */
class ChangesTest {
  private static final Topic TOPIC = new Topic("record.changes", "");
  private static final Duration TICK = Duration.ofMillis(40);

  private final ManualScheduler time = new ManualScheduler();
  private final InMemoryCluster cluster =
      new InMemoryCluster(
          new InMemoryWorld(time, 1), "n1", LeaseOptions.defaults(), time, Runnable::run);
  private final Changes changes = new Changes(cluster.topics(), TOPIC, time);
  private final List<String> told = new ArrayList<>();

  @Test
  void idsOfAShortWhileAreToldTogetherBehindTheLast() {
    watch("");

    publish("b");
    time.advance(TICK);
    publish("a\nc");
    time.advance(TICK);
    assertThat(told).isEmpty();
    time.advance(TICK);

    assertThat(told).containsExactly("[a, b, c]");
  }

  @Test
  void nobodyWaitsLongerThanTheLongest() {
    watch("");

    for (int i = 0; i < 5; i++) {
      publish("r" + i);
      time.advance(TICK);
    }
    assertThat(told).containsExactly("[r0, r1, r2, r3, r4]");
    publish("later");
    time.advance(Changes.QUIET);

    assertThat(told).hasSize(2);
  }

  @Test
  void onlyIdsThatBeginSoAreTold() {
    watch("doc:");
    watch("doc:1");
    watch("");

    publish("doc:12");
    publish("other");
    publish("d");
    time.advance(Changes.LONGEST);

    assertThat(told).containsExactlyInAnyOrder("[doc:12]", "[doc:12]", "[d, doc:12, other]");
  }

  @Test
  void tooManyIdsAreAGap() {
    watch("");

    for (int i = 0; i <= Changes.MAX_IDS; i++) {
      publish("r" + i);
    }
    time.advance(Changes.QUIET);
    publish("r");
    time.advance(Changes.QUIET);

    assertThat(told).containsExactly("gap", "[r]");
  }

  @Test
  void asManyAsMayBeAreTold() {
    watch("");

    for (int i = 0; i < Changes.MAX_IDS; i++) {
      publish("r" + i);
    }
    time.advance(Changes.QUIET);

    assertThat(told).hasSize(1).doesNotContain("gap");
  }

  @Test
  void gapIsToldAtOnceToAll() {
    watch("a");
    watch("b");

    changes.onGap(Position.NONE, Position.NONE);

    assertThat(told).containsExactly("gap", "gap");
  }

  @Test
  void nothingIsToldBehindTheEndAndTheNodeListensAgainLater() {
    Registration watching = watch("");
    publish("a");
    watching.close();
    time.advance(Changes.LONGEST);
    publish("b");
    time.advance(Changes.LONGEST);
    assertThat(told).isEmpty();
    watch("");

    publish("c");
    time.advance(Changes.LONGEST);

    assertThat(told).containsExactly("[c]");
  }

  private Registration watch(String prefix) {
    return changes
        .watch(
            prefix,
            new Changes.Watcher() {
              @Override
              public void onChanged(Set<String> ids) {
                told.add(new TreeSet<>(ids).toString());
              }

              @Override
              public void onGap() {
                told.add("gap");
              }
            })
        .join();
  }

  private void publish(String ids) {
    var unused =
        cluster.topics().publish(TOPIC, Outgoing.of(ids.getBytes(UTF_8), Retention.NONE)).join();
  }
}
