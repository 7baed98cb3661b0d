// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.LeaseOptions;
import io.meshrt.server.internal.cluster.memory.InMemoryCluster;
import io.meshrt.server.internal.cluster.memory.InMemoryWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who looks after the names of dead nodes notices that one has died. */
class AnnouncementsTest {
  private static final Layout LAYOUT = Layout.groupForEach("nodes", "told");

  private final ManualScheduler time = new ManualScheduler();
  private final InMemoryWorld world = new InMemoryWorld(time, 1);
  private final List<String> told = new ArrayList<>();

  private InMemoryCluster started(String name, ManualScheduler timers) {
    InMemoryCluster node =
        new InMemoryCluster(world, name, LeaseOptions.defaults(), timers, Runnable::run);
    node.start().join();
    return node;
  }

  @Test
  void aNodeThatCameAfterTheLastLookAndDiedIsNoticedAtTheNext() {
    Announcements survivor =
        new Announcements(
            started("n1", time), LAYOUT, (name, first) -> told.add(name + " " + first));
    survivor.sweep();
    InMemoryCluster late = started("n2", new ManualScheduler()); // does not renew
    late.members().join(LAYOUT.group("news"), "n2", null).join();
    new Announcements(late, LAYOUT, (name, first) -> {}).check("news").join();

    survivor.sweep();
    time.advance(Duration.ofSeconds(16));
    survivor.sweep();

    assertThat(told).containsExactly("news false");
  }
}
