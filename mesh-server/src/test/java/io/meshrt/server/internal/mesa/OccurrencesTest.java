// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.mesa;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nodes name what they hear alike, however far one is behind the other. */
class OccurrencesTest {
  private static final byte[] BYTES = "{}".getBytes(UTF_8);

  private final ManualScheduler time = new ManualScheduler();
  private final InMemoryWorld world = new InMemoryWorld(time, 1);
  private final InMemoryCluster cluster =
      new InMemoryCluster(world, "n1", LeaseOptions.defaults(), time, Runnable::run);

  private Occurrences hearing() {
    Occurrences occurrences = new Occurrences(cluster.store(), "ws", time);
    occurrences.onHearing();
    return occurrences;
  }

  private static String id(Occurrences node) {
    return node.id(BYTES).join();
  }

  @Test
  void nodesAgreeHoweverFarOneIsBehind() {
    Occurrences first = hearing();
    Occurrences second = hearing();
    time.advance(Duration.ofSeconds(3));

    List<String> early = List.of(id(first), id(first), id(first));
    List<String> late = List.of(id(second), id(second), id(second));

    assertThat(late).isEqualTo(early).doesNotHaveDuplicates();
  }

  @Test
  void othersMayBeAheadByTurns() {
    Occurrences first = hearing();
    Occurrences second = hearing();
    time.advance(Duration.ofSeconds(3));

    String one = id(first);
    assertThat(id(second)).isEqualTo(one);
    String two = id(second);
    assertThat(id(first)).isEqualTo(two).isNotEqualTo(one);
  }

  @Test
  void whoBeganToHearLaterAddsNothing() {
    Occurrences first = hearing();
    time.advance(Duration.ofSeconds(3));
    List<String> known = List.of(id(first), id(first));
    Occurrences second = hearing();

    assertThat(known).contains(id(second), id(second));
    String third = id(first);
    assertThat(known).doesNotContain(third);
    assertThat(id(second)).isEqualTo(third);
  }

  @Test
  void otherBytesAndLaterOnesAreOthers() {
    Occurrences node = hearing();
    String first = id(node);

    assertThat(node.id(new byte[] {'[', ']'}).join()).isNotEqualTo(first);
    time.advance(Duration.ofSeconds(11));
    assertThat(id(node)).isNotEqualTo(first);
  }
}
