// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.WriteOptions;
import io.meshrt.server.record.WriteStrategy;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One record that many write, while nodes, links and Redis fail. */
@Timeout(600)
class RecordFaultsIT {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int WRITERS = FULL ? 50 : 6;
  private static final int MERGES = FULL ? 200 : 60;
  private static final int FAULTS = FULL ? 5 : 1;
  private static final int ALL = WRITERS * MERGES;
  private static final String ID = "counts";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Integer> ports = new CopyOnWriteArrayList<>();
  private final List<Follower> followers = new ArrayList<>();
  private ClientReplicas replicas;
  private final Merging merging = new Merging(ID, MERGES);

  @AfterEach
  void close() throws Exception {
    for (Follower follower : followers) {
      follower.close();
    }
    replicas.close();
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  @Test
  @Tag("full") // processes take some seconds to start
  void killedNodesLoseNoAcknowledgedWrite() throws Exception {
    RedisServer redis = opened(RedisServer.started());
    MeshServer observer = serverOn(redis.port());
    List<ChildNode> children = new ArrayList<>();
    ports.add(observer.port());
    for (int i = 0; i < 2; i++) {
      children.add(child(redis));
    }
    IntSupplier port = Merging.inTurn(ports);
    follow(port);
    replicas.moveTo(children.get(0).port());

    CompletableFuture<?> writers = merging.start(WRITERS, port);
    for (int i = 1; i <= FAULTS; i++) {
      awaitAcknowledged(i);
      ChildNode victim = children.remove(0);
      ports.remove((Integer) victim.port());
      victim.kill();
      replicas.moveTo(children.get(0).port());
      children.add(child(redis));
    }

    assertNothingIsLost(writers, observer);
  }

  @Test
  void restartsAndCutsLoseNoAcknowledgedWrite() throws Exception {
    RedisServer redis = opened(RedisServer.started("appendonly", "yes", "appendfsync", "always"));
    TcpProxy proxy = opened(TcpProxy.to(redis.port()));
    List<MeshServer> nodes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      nodes.add(serverOn(proxy.port()));
      ports.add(nodes.get(i).port());
    }
    IntSupplier port = Merging.inTurn(ports);
    follow(port);

    CompletableFuture<?> writers = merging.start(WRITERS, port);
    for (int i = 1; i <= FAULTS; i++) {
      awaitAcknowledged(2 * i - 1);
      proxy.cut();
      awaitAcknowledged(2 * i);
      redis.kill();
      redis.start();
    }

    assertNothingIsLost(writers, nodes.get(0));
  }

  @Test
  void nobodyStaysBehindAReplicaThatLagged() throws Exception {
    RedisServer redis = opened(RedisServer.started());
    RedisServer replica = opened(RedisServer.started());
    TcpProxy proxy = opened(TcpProxy.to(redis.port()));
    List<MeshServer> nodes = List.of(serverOn(proxy.port()), serverOn(proxy.port()));
    nodes.forEach(node -> ports.add(node.port()));
    follow(Merging.inTurn(ports));
    replica.command("REPLICAOF", "127.0.0.1", "" + redis.port());
    await()
        .atMost(PATIENCE)
        .until(() -> replica.command("INFO", "replication").contains("link_status:up"));
    write(nodes.get(0), 1, 20);
    await().atMost(PATIENCE).until(() -> redis.command("WAIT", "1", "100").startsWith(":1"));
    replica.command("REPLICAOF", "NO", "ONE");
    write(nodes.get(0), 21, 30);
    awaitAllHave(nodes.get(1));

    proxy.redirect(replica.port());
    redis.kill();

    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> stored(nodes.get(1)).version().number() == 20);
    awaitAllHave(nodes.get(1));
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () ->
                Outcomes.result(nodes.get(1).publishRecordUpdate(ID, Map.of("after", true)))
                        .number()
                    > 20);
    awaitAllHave(nodes.get(0));
    assertNoFlaws();
    assertThat(followers).extracting(Follower::snapshots).containsOnly(1);
  }

  @Test
  void nobodyStaysWrongWhenRedisForgets() throws Exception {
    RedisServer redis =
        opened(
            RedisServer.started(
                "appendonly",
                "yes",
                "appendfsync",
                "everysec",
                "auto-aof-rewrite-percentage",
                "0"));
    List<MeshServer> nodes = List.of(serverOn(redis.port()), serverOn(redis.port()));
    nodes.forEach(node -> ports.add(node.port()));
    follow(Merging.inTurn(ports));
    for (int loss = 1; loss <= FAULTS; loss++) {
      MeshServer writer = nodes.get(loss % 2);
      Outcomes.result(writer.publishRecordUpdate(ID, Map.of("before", loss)));
      long written = redis.written();
      merge(writer, 0, 10);
      awaitAllHave(nodes.get(0));

      redis.kill();
      redis.forget(written);
      redis.start();
      // The same numbers again, and more of them than were lost.
      merge(nodes.get((loss + 1) % 2), 100, 115);

      assertThat(storedSoon(writer).value().has("i5")).isFalse();
      awaitAllHave(writer);
    }
    assertThat(followers).extracting(Follower::snapshots).containsOnly(1);
  }

  /** Repeats what fails. */
  private static void merge(MeshServer node, int from, int to) {
    WriteOptions merge = WriteOptions.defaults().withStrategy(WriteStrategy.MERGE);
    for (int i = from; i < to; i++) {
      Map<String, Integer> change = Map.of("i" + i, i);
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> Outcomes.result(node.publishRecordUpdate(ID, change, merge)).number() > 0);
    }
  }

  private static void write(MeshServer node, int from, int to) throws Exception {
    for (int i = from; i <= to; i++) {
      assertThat(Outcomes.result(node.publishRecordUpdate(ID, Map.of("i", i))).number())
          .isEqualTo(i);
    }
  }

  /** Every form of following, each twice. */
  private void follow(IntSupplier port) throws Exception {
    replicas = new ClientReplicas(ID, ports.get(0));
    for (int i = 0; i < 2; i++) {
      for (String mode : List.of("full", "patch")) {
        followers.add(new Follower(ID, true, mode, port));
        followers.add(new Follower(ID, false, mode, port));
      }
    }
    await().atMost(PATIENCE).until(() -> followers.stream().allMatch(one -> one.held() != null));
  }

  /** Waits until the writers are so many parts on their way. */
  private void awaitAcknowledged(int part) {
    await().atMost(PATIENCE).until(() -> merging.acknowledged() >= part * ALL / (2 * FAULTS + 1));
  }

  private void assertNothingIsLost(CompletableFuture<?> writers, MeshServer node) throws Exception {
    writers.get(300, TimeUnit.SECONDS);
    RecordValue<JsonNode> stored = storedSoon(node);
    merging.assertComplete(stored.value(), WRITERS);
    assertThat(stored.version().number()).isEqualTo(ALL);
    awaitAllHave(node);
    assertNoFlaws();
  }

  private void awaitAllHave(MeshServer node) throws Exception {
    RecordValue<JsonNode> stored = storedSoon(node);
    Follower.Held wanted = new Follower.Held(stored.value(), stored.version().number());
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(followers).extracting(Follower::held).containsOnly(wanted);
              assertThat(replicas.held()).containsOnly(wanted);
            });
  }

  private void assertNoFlaws() {
    assertThat(followers).extracting(Follower::flaw).containsOnlyNulls();
  }

  /** A node that lost Redis may not have it again when another one has. */
  private static RecordValue<JsonNode> storedSoon(MeshServer node) {
    return await().atMost(PATIENCE).ignoreExceptions().until(() -> stored(node), Objects::nonNull);
  }

  private static RecordValue<JsonNode> stored(MeshServer node) throws Exception {
    return Outcomes.result(node.getRecord(ID, JsonNode.class)).orElseThrow();
  }

  private MeshServer serverOn(int redis) {
    MeshServer server =
        opened(
            RecordProgram.server(RedisOptions.of("redis://127.0.0.1:" + redis).withPrefix("mesh")));
    server.start();
    return server;
  }

  private ChildNode child(RedisServer redis) {
    ChildNode node = opened(ChildNode.start(RecordProgram.class, redis.uri(), "mesh"));
    ports.add(node.port());
    return node;
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.add(resource);
    return resource;
  }
}
