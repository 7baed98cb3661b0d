// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.RoomServer;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.client.presence.PresenceListener;
import io.meshrt.client.presence.PresenceSubscription;
import io.meshrt.client.presence.PresentMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Joins, subscriptions, states, losses and closes in any order leave the client, its listeners and
 * the server of one mind.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class RestoreRaceTest {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 8_000 : 500;
  private static final int STEPS = 120;
  private static final List<String> ROOMS = List.of("a", "b");

  @ParameterizedTest
  @CsvSource({"false, 0", "false, 0.2", "true, 0", "true, 0.2"})
  void everyOrderLeavesOneConsistentState(boolean older, double refusals) {
    for (int round = 0; round < ROUNDS / 4; round++) {
      long seed = round * 4L + (older ? 1 : 0) + (refusals > 0 ? 2 : 0);
      try {
        new Round(seed, older, refusals).play();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** A listener that keeps a list as its contract says. */
  private static final class Keeper implements PresenceListener {
    final String room;
    final Map<String, String> list = new TreeMap<>();
    CompletableFuture<PresenceSubscription> subscribed = new CompletableFuture<>();
    int events;
    boolean ended;
    boolean closed;

    Keeper(String room) {
      this.room = room;
    }

    @Override
    public void onPresence(PresenceEvent event) {
      assertThat(closed || ended).isFalse();
      assertThat(event.type() == PresenceEvent.Type.INITIAL).isEqualTo(events == 0);
      events++;
      String id = event.connectionId();
      switch (event.type()) {
        case INITIAL, RESTORED, CAUGHT_UP -> {
          list.clear();
          list.putAll(asMap(event.members()));
        }
        case JOINED -> assertThat(list.put(id, "")).isNull();
        case LEFT -> assertThat(list.remove(id)).isNotNull();
        case STATE ->
            assertThat(list.put(id, event.state().map(Object::toString).orElse(""))).isNotNull();
        case ENDED -> ended = true;
      }
    }

    boolean open() {
      return !closed && !ended && subscribed.isDone() && !subscribed.isCompletedExceptionally();
    }

    static Map<String, String> asMap(List<PresentMember> members) {
      Map<String, String> map = new TreeMap<>();
      members.forEach(m -> map.put(m.connectionId(), m.state().map(Object::toString).orElse("")));
      return map;
    }
  }

  private static final class Round {
    final SplittableRandom random;
    final boolean refusing;
    final RoomServer server;
    final ClientRig rig = new ClientRig();
    final List<Keeper> keepers = new ArrayList<>();
    final List<CompletableFuture<?>> futures = new ArrayList<>();
    final Map<String, CompletableFuture<?>> lastJoin = new HashMap<>();
    final Map<String, CompletableFuture<?>> lastPublish = new HashMap<>();
    final Map<String, Integer> lastState = new HashMap<>();
    FakeSocket socket;

    Round(long seed, boolean older, double refusals) {
      random = new SplittableRandom(seed);
      refusing = refusals > 0;
      server = new RoomServer(random.split(), older, refusals);
    }

    void play() {
      rig.client.connect();
      for (int step = 0; step < STEPS; step++) {
        act(random.nextInt(20), ROOMS.get(random.nextInt(ROOMS.size())));
        if (random.nextBoolean()) {
          rig.loop.run();
        }
      }
      settle();
      check();
      rig.client.beginClose(Duration.ZERO);
      rig.loop.run();
      assertThat(futures).allMatch(CompletableFuture::isDone);
      assertThat(rig.client.rooms().joined()).isEmpty();
    }

    void act(int action, String room) {
      switch (action) {
        case 0, 1 -> subscribe(room);
        case 2, 3 -> closeOne();
        case 4 -> lastJoin.put(room, made(rig.client.rooms().join(room)));
        case 5 -> leave(room);
        case 6, 7 -> publish(room);
        case 8 -> clear(room);
        case 9 -> lose();
        case 10 -> rig.loop.advance(Duration.ofMillis(300));
        case 11, 12 -> accept();
        case 13, 14 -> server.stir(room);
        case 15 -> made(rig.client.metadata().set(random.nextInt()));
        default -> {
          rig.loop.run();
          server.work();
        }
      }
    }

    <T> CompletableFuture<T> made(CompletableFuture<T> future) {
      futures.add(future);
      return future;
    }

    void subscribe(String room) {
      Keeper keeper = new Keeper(room);
      keeper.subscribed = made(rig.client.presence().subscribe(room, keeper));
      keepers.add(keeper);
      if (random.nextInt(10) == 0) {
        keeper.closed = true;
        keeper.subscribed.cancel(false);
      }
    }

    void closeOne() {
      if (!keepers.isEmpty()) {
        Keeper keeper = keepers.get(random.nextInt(keepers.size()));
        if (keeper.open() || keeper.ended) {
          keeper.closed = true;
          keeper.subscribed.join().close();
        }
      }
    }

    void leave(String room) {
      made(rig.client.rooms().leave(room));
      lastJoin.remove(room);
      lastPublish.remove(room);
    }

    void publish(String room) {
      int state = 1 + random.nextInt(1_000);
      lastPublish.put(room, made(rig.client.presence().publishState(room, state)));
      lastState.put(room, state);
    }

    void clear(String room) {
      made(rig.client.presence().clearState(room));
      lastPublish.remove(room);
    }

    void lose() {
      if (socket != null) {
        server.onLost();
        socket.closeFromServer(1006, "");
        socket = null;
      }
    }

    void accept() {
      rig.loop.advance(Duration.ofSeconds(1));
      if (socket == null && rig.connector.waiting()) {
        socket = rig.connector.next().accept();
        server.onConnected(socket);
      }
    }

    void settle() {
      for (int i = 0; i < 100 && rig.client.status() != ClientStatus.CONNECTED; i++) {
        accept();
      }
      assertThat(rig.client.status()).isEqualTo(ClientStatus.CONNECTED);
      do {
        rig.loop.run();
      } while (server.work());
      rig.loop.run();
    }

    void check() {
      assertThat(futures).allMatch(CompletableFuture::isDone);
      assertThat(rig.client.rooms().joined()).isEqualTo(server.joined());
      Set<String> heard = new HashSet<>();
      for (Keeper keeper : keepers) {
        if (keeper.open()) {
          heard.add(keeper.room);
          assertThat(keeper.list).isEqualTo(server.truth(keeper.room));
          assertThat(Keeper.asMap(keeper.subscribed.join().members())).isEqualTo(keeper.list);
        }
      }
      assertThat(server.subscribed()).isEqualTo(heard);
      ROOMS.forEach(this::checkRoom);
      assertThat(rig.errors.stream().map(ClientError::kind).distinct())
          .isSubsetOf(ClientError.Kind.NOT_RESTORED);
    }

    void checkRoom(String room) {
      boolean left = !lastJoin.containsKey(room);
      if (left) {
        assertThat(server.joined()).doesNotContain(room);
      } else if (!refusing && !lastJoin.get(room).isCompletedExceptionally()) {
        assertThat(server.joined()).contains(room);
      }
      if (!lastPublish.containsKey(room)) {
        assertThat(server.ownState(room)).isEmpty();
      } else if (!refusing
          && server.joined().contains(room)
          && !lastPublish.get(room).isCompletedExceptionally()) {
        assertThat(server.ownState(room)).isEqualTo("" + lastState.get(room));
      }
    }
  }
}
