// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.MeshClient;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.channel.ChannelPolicy;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.connection.HttpLimits;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections come to two nodes and go, at every stage and in every way, from many addresses. When
 * all are gone the nodes hold what they held when they had seen few of them.
 */
abstract class ChurnSuite {
  private static final Logger log = LoggerFactory.getLogger(ChurnSuite.class);
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int VISITS = FULL ? 200_000 : 500;
  private static final int FIRST_VISITS = FULL ? 20_000 : 250;
  private static final int VISITORS = 8;
  private static final long SEED = 20_261_121;
  private static final int LATENESS = 64;
  private static final int KEPT = 2;
  private static final long SLACK_BYTES = 3 << 20;

  /** Of the tests, and one of the JDK's clients that only ends with a garbage collection. */
  private static final String NOT_OURS =
      "(awaitility|junit|process reaper|pool-|HttpClient-.*-SelectorManager).*";

  private static final Pattern ANY = Pattern.compile(".*");

  /** Longer than a group without members stays known, and the id of a message. */
  private static final Duration PATIENCE = Duration.ofSeconds(FULL ? 300 : 30);

  private final Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
  private final List<SimpleMeterRegistry> registries = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(VISITORS);
  private MeshCluster cluster;

  abstract MeshCluster start(
      int nodes, UnaryOperator<MeshServerBuilder> options, Consumer<MeshServer> setUp);

  /** What the nodes keep outside of this process: names, and how many entries each has. */
  abstract Map<String, Integer> shared();

  @BeforeEach
  final void startCluster() {
    cluster = start(2, this::configure, this::setUp);
  }

  @AfterEach
  final void close() {
    threads.shutdownNow();
    cluster.close();
  }

  private MeshServerBuilder configure(MeshServerBuilder builder) {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    registries.add(registry);
    Duration second = Duration.ofSeconds(1);
    Duration hour = Duration.ofHours(1);
    return builder
        .meterRegistry(registry)
        .heartbeat(new HeartbeatOptions(second, hour, 0))
        .httpLimits(HttpLimits.defaults().withParseTimeout(second))
        .commandLimits(CommandLimits.defaults().withTimeout(second).withCallTimeout(second));
  }

  private void setUp(MeshServer server) {
    Queue<CompletableFuture<Integer>> waiting = new ArrayBlockingQueue<>(LATENESS);
    server.registerCommand("echo", context -> context.rawPayload());
    server.registerCommand(
        "late",
        context -> {
          CompletionStage<Integer> answer = late(waiting);
          return answer;
        });
    server.registerCommand(
        "ask back",
        context -> {
          CompletionStage<JsonNode> answer =
              context.connection().command("answer", 1, JsonNode.class);
          return answer;
        });
    server.exposeOwnMetadataWrites((connection, id) -> true);
    server.exposeRoom(ANY);
    server.trackPresence(ANY, PresenceOptions.defaults());
    server.exposeChannel(ANY);
    server.exposePublish(ANY, (connection, channel) -> true);
    server.channels().policy(ANY, ChannelPolicy.history(KEPT));
    server.exposeRecord(ANY);
    server.exposeWritableRecord(ANY);
    server.exposeCollection("all", CollectionQuery.of("soak"));
    server.exposeCollection(
        Pattern.compile("asked:.*"),
        (connection, id) ->
            CompletableFuture.completedFuture(List.of(id.substring("asked:".length()))));
  }

  /** Is answered when many others have asked. */
  private static CompletableFuture<Integer> late(Queue<CompletableFuture<Integer>> waiting) {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    while (!waiting.offer(answer)) {
      Optional.ofNullable(waiting.poll()).ifPresent(earlier -> earlier.complete(1));
    }
    return answer;
  }

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void nothingIsLeftOfConnectionsThatCameAndWent() throws Exception {
    MeshClient neighbour = cluster.client(0);
    Map<String, Double> idle = Holdings.now(registries).gauges();
    for (String name : Visitor.NAMES) {
      fill(name, neighbour.connectionId().orElseThrow());
    }
    visit(FIRST_VISITS, SEED, FULL);
    awaitEmpty(idle);
    Holdings before = Holdings.now(registries);
    Map<String, Integer> sharedBefore = shared();

    visit(VISITS, SEED + VISITORS, true);
    awaitEmpty(idle);
    soon()
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> Holdings.now(registries).assertBackTo(before, SLACK_BYTES));
    log.info("before {} visits {}, after them {}", VISITS, before, Holdings.now(registries));
    soon().untilAsserted(() -> assertNoMore(shared(), sharedBefore));
    assertThat(Outcomes.result(neighbour.command("echo", 1, Integer.class))).isEqualTo(1);
    cluster.close();
    soon().untilAsserted(() -> assertThat(newThreads()).isEmpty());
  }

  /** Makes the cluster know as much of a name as it ever will. */
  private void fill(String name, String member) throws Exception {
    Outcomes.result(cluster.node(0).rooms().join(name, member));
    Outcomes.result(cluster.node(0).rooms().leave(name, member));
    for (int i = 0; i < KEPT; i++) {
      Outcomes.result(cluster.node(i).publishToChannel(name, i));
      Outcomes.result(cluster.node(i).publishRecordUpdate(name, i));
    }
  }

  private static void assertNoMore(Map<String, Integer> shared, Map<String, Integer> before) {
    assertThat(before).containsKeys(shared.keySet().toArray(String[]::new));
    assertThat(shared)
        .allSatisfy((name, entries) -> assertThat(entries).isLessThanOrEqualTo(before.get(name)));
  }

  private List<Thread> newThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !threadsBefore.contains(thread))
        .filter(thread -> !thread.getName().matches(NOT_OURS))
        .toList();
  }

  /** So many connections, by visitors that take turns in no order. */
  private void visit(int times, long seed, boolean silence) throws Exception {
    List<Integer> ports = cluster.nodes().stream().map(MeshServer::port).toList();
    List<CompletableFuture<Integer>> visits = new ArrayList<>();
    for (int i = 0; i < VISITORS; i++) {
      long own = seed + i;
      visits.add(
          CompletableFuture.supplyAsync(
              () -> {
                try (Visitor visitor = new Visitor(ports, own, silence)) {
                  for (int n = 0; n < times / VISITORS; n++) {
                    visitor.visit();
                  }
                  return visitor.cutShort();
                } catch (Exception e) {
                  throw new IllegalStateException("visitor of seed " + own, e);
                }
              },
              threads));
    }
    int cutShort = 0;
    for (CompletableFuture<Integer> visit : visits) {
      cutShort += visit.get(15, TimeUnit.MINUTES);
    }
    assertThat(cutShort).as("visits that the server ended").isLessThanOrEqualTo(times / 50);
  }

  /** Some things stay for seconds after their last user, which only the long run waits for. */
  private void awaitEmpty(Map<String, Double> idle) {
    soon().untilAsserted(this::assertOnlyTheNeighbourIsThere);
    if (FULL) {
      soon().untilAsserted(() -> assertThat(Holdings.gauges(registries)).isEqualTo(idle));
    }
  }

  private void assertOnlyTheNeighbourIsThere() throws Exception {
    assertThat(cluster.node(0).connections().count()).isEqualTo(1);
    assertThat(cluster.node(1).connections().count()).isZero();
    for (MeshServer node : cluster.nodes()) {
      assertThat(Outcomes.result(node.connections().all())).hasSize(1);
      assertThat(Outcomes.result(node.rooms().list())).isEmpty();
    }
  }

  static ConditionFactory soon() {
    return await().pollInSameThread().atMost(PATIENCE).pollInterval(Duration.ofMillis(50));
  }
}
