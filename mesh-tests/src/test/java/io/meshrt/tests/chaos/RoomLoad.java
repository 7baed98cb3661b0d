// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import io.meshrt.client.MeshClient;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Clients that are all in one room, to which each node broadcasts: nobody hears anything twice, and
 * in the end all hear every node, and every node knows who is there.
 */
final class RoomLoad implements Load {
  private static final TypeReference<Set<String>> IDS = new TypeReference<>() {};
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
  private static final Duration POLL = Duration.ofMillis(250);

  private final ChaosWorld world;
  private final List<RoomGuest> guests = new ArrayList<>();
  private final AtomicInteger number = new AtomicInteger();
  private final AtomicInteger broadcasts = new AtomicInteger();
  private final Flaws flaws = new Flaws();
  private volatile boolean stopped;

  RoomLoad(ChaosWorld world) {
    this.world = world;
  }

  @Override
  public void start() throws Exception {
    for (MeshClient client : world.members()) {
      guests.add(new RoomGuest("r" + guests.size(), client, flaws));
    }
    for (int node = 0; node < world.nodes.size(); node++) {
      tellForEver(node);
    }
  }

  private void tellForEver(int node) {
    if (!stopped) {
      CompletableFuture<?> unused =
          tell(node, "t").whenComplete((done, failure) -> LATER.execute(() -> tellForEver(node)));
    }
  }

  /** Lets a node broadcast something that was never said before. */
  private CompletableFuture<?> tell(int node, String kind) {
    String text = kind + "-" + number.incrementAndGet();
    guests.forEach(guest -> guest.expect(text));
    return world
        .members()
        .get(node)
        .command("tell", text, Void.class)
        .thenRun(broadcasts::incrementAndGet);
  }

  @Override
  public void settle() throws Exception {
    for (int node = 0; node < world.nodes.size(); node++) {
      settle(node);
    }
    for (RoomGuest guest : guests) {
      await()
          .atMost(ChaosWorld.PATIENCE)
          .untilAsserted(() -> assertThat(guest.present()).as(guest.name()).isEqualTo(ids()));
    }
  }

  private void settle(int node) {
    String kind = "mark" + node + "-" + number.incrementAndGet();
    await("all hear node " + node)
        .atMost(ChaosWorld.PATIENCE)
        .pollInterval(POLL)
        .ignoreExceptions()
        .until(
            () -> {
              Outcomes.result(tell(node, kind));
              return guests.stream().allMatch(guest -> guest.hasHeard(kind));
            });
    await()
        .atMost(ChaosWorld.PATIENCE)
        .pollInterval(POLL)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(ask(node, "members")).as("members by node " + node).isEqualTo(ids());
              assertThat(ask(node, "connections"))
                  .as("connections by node " + node)
                  .isEqualTo(ids(world.clients));
            });
  }

  private Set<String> ask(int node, String command) throws Exception {
    return Outcomes.result(world.members().get(node).command(command, null, IDS));
  }

  private Set<String> ids() {
    return ids(world.members());
  }

  private static Set<String> ids(List<MeshClient> clients) {
    return clients.stream()
        .map(client -> client.connectionId().orElse("none"))
        .collect(Collectors.toSet());
  }

  @Override
  public List<String> flaws() {
    return flaws.seen();
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public String toString() {
    return "room: %d broadcasts, %d heard"
        .formatted(broadcasts.get(), guests.stream().mapToInt(RoomGuest::heard).sum());
  }
}
