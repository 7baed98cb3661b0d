// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.hook.Hooks;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store.Write;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.outpost.Outpost;
import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Somebody writes what is no work, no letter and no progress wherever servers and workers look:
 * commands are answered, events are told, and nobody hears of it.
 */
class GarbageIT {
  private static final WorkGroup SHOP = new WorkGroup("shop");
  private static final Retention KEPT = Retention.keep(10_000, Duration.ofSeconds(60));
  private static final int CLIENTS = 16;

  private final List<MeshServer> servers = new ArrayList<>();
  private final List<MeshClient> clients = new ArrayList<>();
  private final List<Throwable> errors = new CopyOnWriteArrayList<>();
  private final List<Object> gaps = new CopyOnWriteArrayList<>();
  private final List<Integer> runs = new CopyOnWriteArrayList<>();
  private final Map<String, List<String>> told = new ConcurrentHashMap<>();
  private RedisServer redis;
  private RedisOptions options;
  private Outpost vandal;

  @BeforeEach
  void start() {
    redis = RedisServer.started();
    options = RedisOptions.of(redis.uri()).withPrefix("garbage");
    for (int i = 0; i < 2; i++) {
      MeshServer server = Local.server().redis(options).build();
      server.forward("shop.count").withTimeout(Duration.ofSeconds(20)).toGroup("shop");
      server.forwardConnections().toGroup("shop");
      server.observe(
          new Hooks() {
            @Override
            public void onError(Throwable error, @Nullable Connection connection) {
              errors.add(error);
            }
          });
      server.start();
      servers.add(server);
    }
    vandal = new Outpost(options, new JsonValues(), NoMetrics.INSTANCE);
    vandal.start(Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    clients.forEach(MeshClient::close);
    vandal.close(Duration.ofSeconds(2));
    servers.forEach(MeshServer::close);
    redis.close();
  }

  private MeshWorker worker() {
    return MeshWorker.builder(options)
        .group("shop")
        .command(
            "shop.count",
            ctx -> {
              int number = Optional.ofNullable(ctx.payload(Integer.class)).orElseThrow();
              runs.add(number);
              return number;
            })
        .onConnected(event -> tell(event.client().connectionId(), "connected"))
        .onDisconnected(event -> tell(event.client().connectionId(), "disconnected"))
        .onGap(gaps::add)
        .start();
  }

  private void tell(String connection, String what) {
    told.computeIfAbsent(connection, key -> new CopyOnWriteArrayList<>()).add(what);
  }

  @Test
  void garbageStopsNoWorkAndReachesNoApplication() throws Exception {
    leaveGarbageForWorkers();
    try (MeshWorker worker = worker()) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(Local.connected(servers.get(i % 2)));
      }
      command(0);

      publishGarbageAsWork();
      sendGarbageToNodes();
      publishGarbageOnEveryChannel();
      command(1_000);

      List<String> ids = clients.stream().map(c -> c.connectionId().orElseThrow()).toList();
      clients.forEach(MeshClient::close);
      await()
          .untilAsserted(
              () ->
                  ids.forEach(
                      id ->
                          assertThat(new LinkedHashSet<>(told.getOrDefault(id, List.of())))
                              .containsExactly("connected", "disconnected")));
      assertThat(worker.id()).isNotEmpty();
    }
    assertThat(Set.copyOf(runs)) // work is done at least once
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, CLIENTS).flatMap(i -> IntStream.of(i, 1_000 + i)).boxed().toList());
    assertThat(gaps).isEmpty();
    assertThat(errors).isEmpty();
  }

  /** One command of each client, begun with a number. */
  private void command(int first) throws Exception {
    for (int i = 0; i < CLIENTS; i++) {
      int number = first + i;
      assertThat(Outcomes.result(clients.get(i).command("shop.count", number, Integer.class)))
          .isEqualTo(number);
    }
  }

  private static List<String> garbage() {
    return List.of(
        "",
        "x",
        "{}\n",
        "{}\nnull",
        "[\n]",
        "{\"id\":7,\"kind\":\"COMMAND\",\"order\":[]}\n{\"a\":",
        "{\"id\":\"g\",\"kind\":\"COMMAND\",\"connection\":\"c\",\"node\":\"n\"}\n{\"a\":",
        "{\"id\":\"g\",\"kind\":\"PARTY\",\"connection\":\"c\",\"node\":\"n\"}\nnull",
        "\u0000\uffff");
  }

  private void leaveGarbageForWorkers() {
    Cluster cluster = vandal.cluster();
    for (Topic partition : SHOP.partitions()) {
      List<Write> writes = new ArrayList<>();
      for (String key : List.of("progress", "page", "done.0", "done.x")) {
        writes.add(Write.put(key, Version.ANY, "{\"epoch\":[7".getBytes(UTF_8)));
      }
      cluster.store().commit(partition, writes, Optional.empty()).join();
    }
  }

  private void publishGarbageAsWork() {
    for (Topic partition : SHOP.partitions()) {
      garbage().forEach(text -> publish(partition, text));
    }
    garbage().forEach(text -> publish(SHOP.crew(), text));
  }

  private void sendGarbageToNodes() {
    for (MeshClient client : clients.subList(0, 2)) {
      String id = client.connectionId().orElseThrow();
      Topic box = new Topic("node", id.substring(0, id.indexOf('-')));
      garbage().forEach(text -> publish(box, text));
      for (String kind : List.of("work.answer", "work.begun")) {
        for (String body :
            List.of(
                "null",
                "7",
                "[]",
                "{\"id\":[]}",
                "{\"id\":\"x\",\"payload\":\"{\\\"a\\\":\"}",
                "{\"id\":\"x\",\"code\":\"\"}",
                "{\"id\":\"x\",\"code\":7,\"text\":{}}")) {
          publish(box, "{\"kind\":\"" + kind + "\",\"number\":-1,\"body\":" + body + "}");
        }
      }
    }
  }

  private void publish(Topic topic, String text) {
    vandal.cluster().topics().publish(topic, Outgoing.of(text.getBytes(UTF_8), KEPT)).join();
  }

  private void publishGarbageOnEveryChannel() {
    String channels = redis.command("PUBSUB", "CHANNELS", "garbage:*");
    List<String> names =
        Pattern.compile("garbage:\\S+")
            .matcher(channels)
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(names).anyMatch(name -> name.contains("work")).anyMatch(n -> n.contains("clock"));
    for (String name : names) {
      for (String text : garbage()) {
        redis.command("PUBLISH", name, text);
        redis.command("PUBLISH", name, "U1\n" + text);
      }
    }
  }
}
