// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.client.channel.ChannelGap;
import io.meshrt.client.channel.ChannelListener;
import io.meshrt.client.channel.ChannelMessage;
import io.meshrt.client.channel.ChannelSubscription;
import io.meshrt.client.channel.SubscribeOptions;
import io.meshrt.client.channel.SubscriptionState;
import io.meshrt.client.fake.ChannelServer;
import io.meshrt.client.fake.FakeConnector;
import io.meshrt.client.fake.FakeSocket;
import io.meshrt.client.fake.ManualLoop;
import io.meshrt.client.internal.callback.CallbackThreads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Publications, losses, wipes, slow listeners, subscribing and closing in any order: every listener
 * gets every message once, in order, or a gap in its place.
 */
@SuppressWarnings("FutureReturnValueIgnored") // outcomes are asserted where they matter
class ChannelRaceTest {
  private static final int ROUNDS = Boolean.getBoolean("mesh.full") ? 8_000 : 500;
  private static final int STEPS = 200;

  @ParameterizedTest
  @CsvSource({"1000, false", "4, false", "1000, true", "4, true"})
  void nothingIsLostUnsaidDoubledOrReordered(int kept, boolean wiping) {
    for (int round = 0; round < ROUNDS / 4; round++) {
      long seed = round * 4L + (wiping ? 1 : 0) + (kept > 4 ? 2 : 0);
      try {
        new Round(seed, kept, wiping).play();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** A listener that knows its place among all that was published. */
  private static final class Follower implements ChannelListener<Long> {
    final List<String> told = new ArrayList<>();
    CompletableFuture<ChannelSubscription<Long>> subscribed = new CompletableFuture<>();
    boolean closed;

    @Override
    public void onMessage(@Nullable Long message) {
      throw new AssertionError("the other form is overridden");
    }

    @Override
    public void onMessage(ChannelMessage<Long> message) {
      assertThat(closed).isFalse();
      told.add(message.position().epoch() + message.position().offset());
    }

    @Override
    public void onGap(ChannelGap gap) {
      assertThat(told.isEmpty() || !told.get(told.size() - 1).equals("gap")).isTrue();
      told.add("gap");
    }

    boolean open() {
      return !closed && subscribed.isDone() && !subscribed.isCompletedExceptionally();
    }

    /** Follows {@code published} without a hole, but for those at a gap, to its end. */
    void check(List<String> published) {
      int next = -1;
      boolean gap = false;
      for (String entry : told) {
        if (entry.equals("gap")) {
          gap = true;
          continue;
        }
        int at = published.indexOf(entry);
        assertThat(at).as("%s of %s", entry, told).isGreaterThanOrEqualTo(Math.max(0, next));
        assertThat(gap || next < 0 || at == next).as("%s of %s", entry, told).isTrue();
        next = at + 1;
        gap = false;
      }
      assertThat(next < 0 || gap || next == published.size()).as("end of %s", told).isTrue();
    }
  }

  private static final class Round {
    final SplittableRandom random;
    final int kept;
    final boolean wiping;
    final ChannelServer server;
    final ManualLoop loop = new ManualLoop();
    final FakeConnector connector = new FakeConnector(loop);
    final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
    final List<Follower> followers = new ArrayList<>();
    final MeshClient client;
    @Nullable FakeSocket socket;

    Round(long seed, int kept, boolean wiping) {
      this.random = new SplittableRandom(seed);
      this.kept = kept;
      this.wiping = wiping;
      this.server = new ChannelServer(random.split(), kept);
      this.client =
          MeshClient.builder("ws://localhost:1")
              .limits(ClientLimits.defaults().withQueuedMessages(5, 10_000))
              .build(loop, connector, CallbackThreads.of(callbacks::add), random.split());
    }

    void play() {
      client.connect();
      for (int step = 0; step < STEPS; step++) {
        act(random.nextInt(20));
        if (random.nextBoolean()) {
          loop.run();
        }
      }
      settle();
      followers.forEach(follower -> assertThat(follower.subscribed).isDone());
      followers.stream().filter(Follower::open).forEach(f -> f.check(server.published()));
      if (kept > STEPS && !wiping) {
        assertThat(followers).noneMatch(follower -> follower.told.contains("gap"));
      }
      assertThat(server.subscribed()).isEqualTo(followers.stream().anyMatch(Follower::open));
    }

    void act(int action) {
      switch (action) {
        case 0 -> subscribe();
        case 1 -> closeOne();
        case 2 -> lose();
        case 3, 4 -> accept();
        case 5, 6, 7, 8 -> server.publish();
        case 9 -> wipe();
        case 10, 11, 12 -> callBack();
        case 13 -> loop.advance(Duration.ofSeconds(1));
        default -> {
          loop.run();
          server.work();
        }
      }
    }

    void subscribe() {
      Follower follower = new Follower();
      SubscribeOptions options =
          random.nextBoolean() ? SubscribeOptions.defaults() : SubscribeOptions.history(2);
      follower.subscribed = client.subscribe("c", Long.class, follower, options);
      followers.add(follower);
    }

    void closeOne() {
      if (!followers.isEmpty()) {
        Follower follower = followers.get(random.nextInt(followers.size()));
        if (follower.open()) {
          follower.closed = true;
          follower.subscribed.join().close();
        }
      }
    }

    void wipe() {
      if (wiping && random.nextInt(3) == 0) {
        server.wipe();
      }
    }

    void lose() {
      if (socket != null) {
        server.onLost();
        socket.closeFromServer(1006, "");
        socket = null;
      }
    }

    void accept() {
      loop.advance(Duration.ofSeconds(1));
      if (client.status() == ClientStatus.DISCONNECTED) {
        client.connect(); // it has given up
      }
      if (socket == null && connector.waiting()) {
        socket = connector.next().accept();
        server.onConnected(socket);
      }
    }

    void callBack() {
      Runnable next = callbacks.poll();
      if (next != null) {
        next.run();
      }
    }

    void settle() {
      for (int i = 0; i < 100 && client.status() != ClientStatus.CONNECTED; i++) {
        accept();
      }
      assertThat(client.status()).isEqualTo(ClientStatus.CONNECTED);
      for (int i = 0; i < 1_000 && !settled(); i++) {
        loop.run();
        while (!callbacks.isEmpty()) {
          callBack();
        }
        if (!server.work()) {
          socket.receive("{\"command\":\"ping\",\"payload\":{}}");
          loop.advance(Duration.ofSeconds(1)); // for what is tried again
        }
      }
    }

    boolean settled() {
      loop.run();
      boolean live =
          followers.stream()
              .filter(Follower::open)
              .allMatch(f -> f.subscribed.join().state() == SubscriptionState.LIVE);
      boolean answered = followers.stream().allMatch(f -> f.subscribed.isDone());
      return live && answered && callbacks.isEmpty() && !server.work() && callbacks.isEmpty();
    }
  }
}
