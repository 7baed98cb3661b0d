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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas behind a balancer are replaced one after the other while messages are sent. */
class RollingRestartIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int CLIENTS = FULL ? 40 : 4;
  private static final int ROUNDS = FULL ? 3 : 1;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final String namespace =
      "roll" + Long.toHexString(ThreadLocalRandom.current().nextLong());

  @Test
  @Timeout(300)
  void noMessageIsMissed() throws Exception {
    RedisOptions redis = RedisOptions.of(SharedRedis.uri()).withPrefix(namespace);
    List<GatewayProcess> replicas = new ArrayList<>(List.of(replica(), replica()));
    List<User> users = new ArrayList<>();
    AtomicBoolean over = new AtomicBoolean();
    try (TcpProxy balancer = TcpProxy.plain(replicas.get(0).port());
        MeshDispatcher dispatcher = MeshDispatcher.connect(redis)) {
      int[] ports = {balancer.port(), replicas.get(1).port()};
      Gateways.awaitReady(balancer.port());
      Gateways.awaitReady(ports[1]);
      int[] current = {0, ports[1]};
      for (int i = 0; i < CLIENTS; i++) {
        users.add(new User("user" + i, balancer.port()));
      }
      CompletableFuture<Integer> sent =
          CompletableFuture.supplyAsync(() -> send(dispatcher, users, over));

      for (int round = 0; round < ROUNDS; round++) {
        // Whoever is sent away by the one that ends comes to the other one.
        for (int i = 0; i < 2; i++) {
          balancer.redirect(current[1]);
          GatewayProcess ending = replicas.get(0);
          int seen = users.get(0).got.size();
          ending.terminate();
          assertThat(ending.awaitEnd()).isZero();
          GatewayProcess next = replica();
          replicas.set(0, replicas.get(1));
          replicas.set(1, next);
          current[1] = next.port();
          Gateways.awaitReady(current[1]);
          await("messages go on").atMost(PATIENCE).until(() -> users.get(0).got.size() > seen);
        }
      }
      over.set(true);
      int count = result(sent);

      for (User user : users) {
        await(user.id).atMost(PATIENCE).until(() -> user.got.size() >= count);
        List<Integer> expected = new ArrayList<>();
        for (int n = 0; n < count; n++) {
          expected.add(n);
        }
        assertThat(user.got).as(user.id).isEqualTo(expected);
        assertThat(user.gaps).as(user.id).isEmpty();
      }
    } finally {
      over.set(true);
      users.forEach(User::close);
      replicas.forEach(GatewayProcess::close);
    }
  }

  /** Numbered messages to all, each when the one before was accepted. */
  private static int send(MeshDispatcher dispatcher, List<User> users, AtomicBoolean over) {
    List<String> ids = users.stream().map(user -> user.id).toList();
    int next = 0;
    while (!over.get()) {
      dispatcher.message("number", next).kept().to(ids).join();
      next++;
    }
    return next;
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
    private final List<Integer> got = new CopyOnWriteArrayList<>();
    private final List<InboxGap> gaps = new CopyOnWriteArrayList<>();

    private User(String id, int port) throws Exception {
      this.id = id;
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
      got.add(message.payload().asInt());
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
