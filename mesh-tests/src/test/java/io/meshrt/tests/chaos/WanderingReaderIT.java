// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A user whose connection breaks, half-opens and comes back on other nodes, while nodes are killed:
 * each message once and in order.
 */
class WanderingReaderIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int NODES = FULL ? 3 : 2;
  private static final int MESSAGES = FULL ? 400 : 60;
  private static final int STEPS = FULL ? 40 : 6;

  /** The few steps are one of each kind, and one more. */
  private static final long SEED = FULL ? 5 : 3;

  private static final String READER = "wanderer";

  private final Random random = new Random(Long.getLong("mesh.seed", SEED));
  private final RedisServer redis = RedisServer.started();
  private final List<ChaosNode> nodes = new ArrayList<>();
  private final Reader reader = new Reader();

  private static final class Reader implements InboxListener {
    final List<Integer> numbers = new CopyOnWriteArrayList<>();
    final List<InboxGap> gaps = new CopyOnWriteArrayList<>();

    @Override
    public void onMessage(InboxMessage message) {
      numbers.add(message.payload().asInt());
    }

    @Override
    public void onGap(InboxGap gap) {
      gaps.add(gap);
    }
  }

  @AfterEach
  void close() {
    nodes.forEach(ChaosNode::close);
    redis.close();
  }

  @Test
  @Timeout(570)
  void hearsEachMessageOnceAndInOrder() throws Exception {
    for (int number = 0; number < NODES; number++) {
      nodes.add(new ChaosNode(redis.port(), false));
    }
    try (TcpProxy door = TcpProxy.plain(port(0));
        MeshClient wanderer =
            Local.connected(as(READER, MeshClient.builder("ws://127.0.0.1:" + door.port())));
        MeshClient sender = Local.connected(as("sender", MeshClient.builder(nodes.get(0).uri())))) {
      Outcomes.result(wanderer.inbox(reader));
      int at = 0;
      for (int step = 0; step < STEPS; step++) {
        int next = random.nextInt(NODES);
        Runnable end = disturb(door, at, next);
        keep(sender, step * MESSAGES / STEPS + 1, (step + 1) * MESSAGES / STEPS);
        end.run();
        at = next;
        int least = random.nextInt(2) * step * MESSAGES / STEPS;
        await().atMost(ChaosWorld.PATIENCE).until(() -> reader.numbers.size() >= least);
      }
      await().atMost(ChaosWorld.PATIENCE).until(() -> reader.numbers.contains(MESSAGES));

      assertThat(reader.numbers).isEqualTo(IntStream.rangeClosed(1, MESSAGES).boxed().toList());
      assertThat(reader.gaps).isEmpty();
    }
  }

  /** Begins something bad; what is returned ends it, with the reader on the next node. */
  private Runnable disturb(TcpProxy door, int at, int next) {
    switch (random.nextInt(5)) {
      case 0 -> {
        door.redirect(port(next));
        door.cut();
        return () -> {};
      }
      case 1 -> {
        door.refuse();
        door.redirect(port(next));
        return door::admit;
      }
      case 2 -> {
        door.strand();
        door.redirect(port(next));
        return door::heal;
      }
      case 3 -> {
        ChaosNode victim = nodes.get(at);
        victim.kill(nodes.get((at + 1) % NODES));
        door.redirect(port(next));
        return victim::restart;
      }
      default -> {
        ChaosNode victim = nodes.get(random.nextInt(NODES));
        victim.cutClients();
        door.redirect(port(next));
        return door::cut;
      }
    }
  }

  /** One after the other, each until it is known to be kept; an id makes a repeat harmless. */
  private static void keep(MeshClient sender, int first, int last) throws Exception {
    for (int number = first; number <= last; number++) {
      boolean kept = false;
      while (!kept) {
        try {
          Outcomes.result(sender.command("keep", List.of(READER, number), Boolean.class));
          kept = true;
        } catch (ExecutionException e) {
          assertThat(e.getCause()).hasMessageNotContaining("ESERVER");
          await()
              .atMost(ChaosWorld.PATIENCE)
              .until(() -> sender.status() == ClientStatus.CONNECTED);
        }
      }
    }
  }

  private int port(int node) {
    return URI.create(nodes.get(node).uri()).getPort();
  }

  private static MeshClientBuilder as(String identity, MeshClientBuilder builder) {
    return builder
        .header("Authorization", "Bearer " + identity)
        .reconnect(ReconnectPolicy.fullJitter(Duration.ofMillis(20), Duration.ofMillis(500)));
  }
}
