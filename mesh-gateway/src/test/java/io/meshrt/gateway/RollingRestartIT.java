// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import static io.meshrt.gateway.harness.Gateways.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.inbox.InboxGap;
import io.meshrt.client.inbox.InboxListener;
import io.meshrt.client.inbox.InboxMessage;
import io.meshrt.client.inbox.InboxOptions;
import io.meshrt.faults.SharedRedis;
import io.meshrt.faults.TcpProxy;
import io.meshrt.gateway.harness.GatewayProcess;
import io.meshrt.gateway.harness.Gateways;
import io.meshrt.gateway.harness.Tokens;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.dispatch.MeshDispatcher;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas behind a balancer are replaced one after the other while messages are sent. */
class RollingRestartIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int CLIENTS = FULL ? 40 : 4;
  private static final int ROUNDS = FULL ? 3 : 1;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Messages that may be sent while a replica ends, and when its successor is there. */
  private static final int DURING = 2_000;

  private static final int AFTER = 200;
  private static final int TOTAL = 2 * ROUNDS * (DURING + AFTER);

  /** How far the sender may be ahead of the slowest user. */
  private static final int AHEAD = 500;

  @TempDir private Path folder;

  private final String namespace =
      "roll" + Long.toHexString(ThreadLocalRandom.current().nextLong());

  @Test
  @Timeout(300)
  void noMessageIsMissed() throws Exception {
    RedisOptions redis = RedisOptions.of(SharedRedis.uri()).withPrefix(namespace);
    List<GatewayProcess> replicas = new ArrayList<>(List.of(replica(), replica()));
    List<User> users = new ArrayList<>();
    Sending sending = new Sending();
    try (TcpProxy balancer = TcpProxy.plain(replicas.get(0).port());
        MeshDispatcher dispatcher =
            MeshDispatcher.builder(redis)
                .inboxes(io.meshrt.server.inbox.InboxOptions.defaults().withMaxMessages(100_000))
                .connect()) {
      int[] ports = {balancer.port(), replicas.get(1).port()};
      Gateways.awaitReady(balancer.port());
      Gateways.awaitReady(ports[1]);
      int[] current = {0, ports[1]};
      for (int i = 0; i < CLIENTS; i++) {
        users.add(new User("user" + i, balancer.port(), sending));
      }
      List<String> ids = users.stream().map(user -> user.id).toList();
      CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> sending.run(dispatcher, ids));

      int allowed = 0;
      for (int round = 0; round < ROUNDS; round++) {
        // Whoever is sent away by the one that ends comes to the other one.
        for (int i = 0; i < 2; i++) {
          balancer.redirect(current[1]);
          GatewayProcess ending = replicas.get(0);
          sending.allowed.release(DURING);
          ending.terminate();
          assertThat(ending.awaitEnd()).isZero();
          GatewayProcess next = replica();
          replicas.set(0, replicas.get(1));
          replicas.set(1, next);
          current[1] = next.port();
          Gateways.awaitReady(current[1]);
          sending.allowed.release(AFTER);
          allowed += DURING + AFTER;
          int expected = allowed;
          for (User user : users) {
            await(user.id).atMost(PATIENCE).until(() -> user.got.size() >= expected);
          }
        }
      }
      result(sent);

      for (User user : users) {
        assertThat(user.got).as(user.id).isEqualTo(IntStream.range(0, TOTAL).boxed().toList());
        assertThat(user.gaps).as(user.id).isEmpty();
      }
    } finally {
      sending.over.set(true);
      users.forEach(User::close);
      replicas.forEach(GatewayProcess::close);
    }
  }

  /** Numbered messages to all, each when the one before was accepted. */
  private static final class Sending {
    private final Semaphore allowed = new Semaphore(0);
    private final Semaphore ahead = new Semaphore(AHEAD);
    private final AtomicIntegerArray receivers = new AtomicIntegerArray(TOTAL);
    private final AtomicBoolean over = new AtomicBoolean();

    void run(MeshDispatcher dispatcher, List<String> ids) {
      for (int next = 0; next < TOTAL; next++) {
        if (!acquire(allowed) || !acquire(ahead)) {
          return;
        }
        dispatcher.message("number", next).kept().to(ids).join();
      }
    }

    private boolean acquire(Semaphore semaphore) {
      try {
        while (!semaphore.tryAcquire(100, TimeUnit.MILLISECONDS)) {
          if (over.get()) {
            return false;
          }
        }
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    void received(int number) {
      if (receivers.incrementAndGet(number) == CLIENTS) {
        ahead.release();
      }
    }
  }

  private GatewayProcess replica() throws Exception {
    return GatewayProcess.start(
        Map.of(
            "WS_KEY", Tokens.KEY,
            "MESA_PORT", "0",
            "MESA_NAMESPACE", namespace,
            "REDIS_URI", SharedRedis.uri(),
            "SYNC_ENABLED", "true",
            "MESH_INBOX_MAX_LEN", "100000",
            "ENABLE_LOGGING", "true",
            "MESH_DRAIN_MS", "3s"),
        folder);
  }

  private static final class User implements InboxListener, AutoCloseable {
    private final String id;
    private final MeshClient client;
    private final Sending sending;
    private final List<Integer> got = Collections.synchronizedList(new ArrayList<>());
    private final List<InboxGap> gaps = Collections.synchronizedList(new ArrayList<>());

    private User(String id, int port, Sending sending) throws Exception {
      this.id = id;
      this.sending = sending;
      String token = Tokens.hs256(Tokens.KEY, "{\"id\":\"" + id + "\"}");
      client =
          Gateways.client(port)
              .tokenSupplier(() -> CompletableFuture.completedFuture(token))
              .reconnect(ReconnectPolicy.fullJitter(Duration.ofMillis(50), Duration.ofMillis(500)))
              .build();
      result(client.connect());
      result(client.inbox(this, InboxOptions.defaults()));
    }

    @Override
    public void onMessage(InboxMessage message) {
      int number = message.payload().asInt();
      got.add(number);
      sending.received(number);
    }

    @Override
    public void onGap(InboxGap gap) {
      gaps.add(gap);
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
