// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static io.meshrt.client.fake.PresenceFrames.present;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.Frames;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.client.fake.PresenceFrames;
import io.meshrt.client.internal.callback.CallbackThreads;
import io.meshrt.client.presence.PresenceEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Listeners on threads of their own. */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class PresenceThreadsTest {
  private static final int CHANGES = 20_000;

  @Test
  void listsAreRightAtTheEndAndEventsNeverOverlap() throws Exception {
    ManualLoop loop = new ManualLoop();
    FakeConnector connector = new FakeConnector(loop);
    CallbackThreads threads = CallbackThreads.own("test");
    MeshClient client =
        MeshClient.builder("ws://localhost:1")
            .limits(ClientLimits.defaults().withQueuedMessages(8, 100_000))
            .build(loop, connector, threads, new SplittableRandom(1));
    client.connect();
    FakeSocket socket = connector.next().accept();
    socket.receive(Frames.welcome());
    List<Keeper> keepers = List.of(new Keeper(), new Keeper(), new Keeper());
    keepers.forEach(keeper -> client.presence().subscribe("r", keeper::hear));
    loop.run();
    socket.receive(Frames.reply(1, present("m0")));

    Map<String, String> truth = new TreeMap<>(Map.of("m0", ""));
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < CHANGES; i++) {
      socket.receive(change(truth, "m" + random.nextInt(6), random));
    }

    for (Keeper keeper : keepers) {
      await().atMost(Duration.ofSeconds(30)).until(() -> truth.equals(keeper.copy()));
      assertThat(keeper.problems).isEmpty();
      assertThat(keeper.types).startsWith(PresenceEvent.Type.INITIAL);
    }
    threads.stop(Duration.ofSeconds(5));
  }

  private static String change(Map<String, String> truth, String id, SplittableRandom random) {
    String update = "mesh/presence-update";
    if (!truth.containsKey(id)) {
      truth.put(id, "");
      return PresenceFrames.moved(update, "join", "r", id);
    }
    if (random.nextBoolean()) {
      truth.remove(id);
      return PresenceFrames.moved(update, "leave", "r", id);
    }
    String state = Integer.toString(random.nextInt(1, 1_000));
    truth.put(id, state);
    return PresenceFrames.state(update, "r", id, state);
  }

  /** Not thread-safe on purpose but for {@link #copy}: its calls must not overlap. */
  private static final class Keeper {
    final Map<String, String> list = new TreeMap<>();
    final List<PresenceEvent.Type> types = new ArrayList<>();
    final ConcurrentLinkedQueue<String> problems = new ConcurrentLinkedQueue<>();
    final AtomicInteger running = new AtomicInteger();

    void hear(PresenceEvent event) {
      if (running.incrementAndGet() != 1) {
        problems.add("overlap at " + event);
      }
      synchronized (this) {
        take(event);
      }
      running.decrementAndGet();
    }

    private void take(PresenceEvent event) {
      types.add(event.type());
      String id = event.connectionId();
      if (event.type().isSnapshot()) {
        list.clear();
        event
            .members()
            .forEach(m -> list.put(m.connectionId(), m.state().map(Object::toString).orElse("")));
      } else if (event.type() == PresenceEvent.Type.JOINED
          ? list.containsKey(id)
          : !list.containsKey(id)) {
        problems.add("does not fit: " + event);
      } else if (event.type() == PresenceEvent.Type.LEFT) {
        list.remove(id);
      } else {
        list.put(id, event.state().map(Object::toString).orElse(""));
      }
    }

    synchronized Map<String, String> copy() {
      return new TreeMap<>(list);
    }
  }
}
