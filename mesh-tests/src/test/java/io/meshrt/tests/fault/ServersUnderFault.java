// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.client.presence.PresenceEvent;
import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.ClusterHealth;
import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.ConnectionInfo;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.connection.SubscriptionLimits;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.server.room.RoomEvent;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.Witness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/**
 * Two nodes with clients that never stop asking, on a Redis of their own behind a proxy. A test
 * does harm, waits for {@link #awaitAllWorks}, and ends with {@link #assertAllAgree}.
 */
@Tag("full")
abstract class ServersUnderFault {
  static final boolean FULL = Boolean.getBoolean("mesh.full");

  /** With full size what is promised, else as long as a slow machine may need. */
  static final Duration ANSWER = Duration.ofSeconds(FULL ? 3 : 15);

  static final Duration RECOVERY = Duration.ofSeconds(FULL ? 5 : 30);
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int MEMBERS_PER_NODE = 8;
  private static final Pattern NAME = Pattern.compile("mesh:\\S*");

  private final List<MeshClient> members = new ArrayList<>();

  /** The client that is in no room: calls of unknown outcome may take it out of all. */
  private MeshClient outsider;

  private final List<Witness> witnesses = new ArrayList<>();
  private final List<ComeAndGoActor> comers = new ArrayList<>();
  private final List<BroadcastActor> broadcasts = new ArrayList<>();
  private RedisServer redis;
  private TcpProxy proxy;
  private MeshCluster cluster;
  private Load load;

  /** Options of redis.conf; these make it keep what it acknowledged. */
  String[] options() {
    return new String[] {"appendonly", "yes", "appendfsync", "always"};
  }

  /** The lease of a node. This one runs out while a fault lasts. */
  Duration lease() {
    return Duration.ofSeconds(3);
  }

  @BeforeEach
  final void start() throws Exception {
    redis = RedisServer.started(options());
    proxy = TcpProxy.to(redis.port());
    RedisOptions shared = RedisOptions.of("redis://127.0.0.1:" + proxy.port());
    cluster = MeshCluster.redis(2, shared, this::configure, ServersUnderFault::setUp);
    for (MeshServer node : cluster.nodes()) {
      Witness witness = new Witness("watcher");
      witnesses.add(witness);
      Outcomes.result(
          node.rooms()
              .watch(
                  "lobby",
                  event ->
                      witness.onChange(
                          event.connectionId(), event.type() == RoomEvent.Type.JOINED)));
    }
    for (int i = 0; i < 2 * MEMBERS_PER_NODE; i++) {
      MeshClient member = cluster.client(i);
      members.add(member);
      if (i < 2) {
        witnesses.add(follow(member));
      }
      Outcomes.result(member.rooms().join("lobby"));
    }
    outsider = cluster.client(1);
    load = Load.of(actors());
    load.awaitSteps(4, PATIENCE);
  }

  private MeshServerBuilder configure(MeshServerBuilder builder) {
    Duration second = Duration.ofSeconds(1);
    Duration hour = Duration.ofHours(1);
    return builder
        .cluster(new ClusterOptions(lease(), second, second))
        .heartbeat(new HeartbeatOptions(hour, hour, 1))
        .subscriptionLimits(SubscriptionLimits.defaults().withMaxRooms(100_000));
  }

  private static void setUp(MeshServer server) {
    server.registerCommand("echo", context -> context.payload(Integer.class));
    server.exposeRoom(Pattern.compile(".*"));
    server.trackPresence(Pattern.compile(".*"), PresenceOptions.defaults());
    server.exposeOwnMetadataWrites((connection, id) -> true);
  }

  private static Witness follow(MeshClient client) throws Exception {
    Witness witness = new Witness("subscriber");
    Outcomes.result(
        client
            .presence()
            .subscribe(
                "lobby",
                event -> {
                  if (event.type() == PresenceEvent.Type.JOINED) {
                    witness.onChange(event.connectionId(), true);
                  } else if (event.type() == PresenceEvent.Type.LEFT) {
                    witness.onChange(event.connectionId(), false);
                  }
                  event.members().forEach(member -> witness.onChange(member.connectionId(), true));
                }));
    return witness;
  }

  private List<Actor> actors() {
    List<Actor> actors = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      MeshServer node = cluster.node(i);
      MeshServer other = cluster.node(i + 1);
      MeshClient client = members.get(i);
      MeshClient far = members.get(7 - i);
      MeshClient stated = members.get(2 + i);
      String letter = i == 0 ? "a" : "b";
      comers.add(new ComeAndGoActor(node));
      broadcasts.add(new BroadcastActor(node, "count " + letter, members));
      actors.add(new EchoActor(client));
      actors.add(new BoardActor(node, letter));
      actors.add(new MoveActor(letter, node, other, id(members.get(2 + i))));
      actors.add(new MoveActor("remote " + letter, node, other, id(members.get(5 - i))));
      actors.add(new ListActor(node));
      actors.add(
          new CountActor(
              "own metadata",
              number -> client.metadata().set(number),
              () -> other.connections().metadata(id(client)).get(Integer.class)));
      actors.add(
          new CountActor(
              "metadata elsewhere",
              number -> node.connections().metadata(id(far)).set(number),
              () -> other.connections().metadata(id(far)).get(Integer.class)));
      actors.add(
          new CountActor(
              "state",
              number -> stated.presence().publishState("lobby", number + 1),
              () ->
                  other
                      .presence()
                      .state("lobby", id(stated))
                      .thenApply(state -> state.map(value -> value.asInt() - 1))));
    }
    actors.addAll(comers);
    actors.addAll(broadcasts);
    return actors;
  }

  @AfterEach
  final void close() throws Exception {
    proxy.thaw();
    load.stop();
    for (ComeAndGoActor comer : comers) {
      comer.close();
    }
    cluster.close();
    proxy.close();
    redis.close();
  }

  final RedisServer redis() {
    return redis;
  }

  final TcpProxy proxy() {
    return proxy;
  }

  final MeshServer node(int number) {
    return cluster.node(number);
  }

  final Load load() {
    return load;
  }

  /** Made now, by clients that nobody else uses. */
  final void assertEveryCallIsUnavailable() {
    List<MeshClient> idle = new ArrayList<>();
    for (int i = 6; i < members.size(); i += 2) {
      idle.add(members.get(i));
    }
    new EveryCall(cluster.node(0), idle, id(outsider)).assertAllUnavailable(ANSWER);
  }

  /** The names of ours in a reply of Redis. */
  final List<String> names(String... command) {
    Matcher matcher = NAME.matcher(redis.command(command));
    List<String> names = matcher.results().map(MatchResult::group).toList();
    assertThat(names).isNotEmpty();
    return names;
  }

  static String id(MeshClient client) {
    return client.connectionId().orElseThrow();
  }

  /** Redis answers again: soon every kind of call is done, and every member hears all nodes. */
  final void awaitAllWorks() {
    ThrowingRunnable steps = load.stepsFromNow(1);
    List<ThrowingRunnable> heard = broadcasts.stream().map(BroadcastActor::heardFromNow).toList();
    await()
        .atMost(RECOVERY)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              steps.run();
              for (ThrowingRunnable each : heard) {
                each.run();
              }
              assertThat(cluster.nodes()).allMatch(node -> node.health() == ClusterHealth.UP);
            });
  }

  /** Rooms, presence, lists and witnesses agree with the live sockets; nothing was done twice. */
  final void assertAllAgree() throws Exception {
    load.stopAndVerify(ANSWER);
    Set<String> live = new HashSet<>();
    members.forEach(member -> live.add(id(member)));
    comers.forEach(comer -> live.addAll(comer.ids()));
    Set<String> all = new HashSet<>(live);
    all.add(id(outsider));
    for (MeshServer node : cluster.nodes()) {
      await().atMost(PATIENCE).untilAsserted(() -> assertAgrees(node, live, all));
    }
    for (Witness witness : witnesses) {
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(witness.present()).isEqualTo(live));
      witness.assertEachOnce();
    }
  }

  private static void assertAgrees(MeshServer node, Set<String> live, Set<String> all)
      throws Exception {
    assertThat(Outcomes.result(node.rooms().memberIds("lobby"))).isEqualTo(live);
    assertThat(
            Outcomes.result(node.presence().members("lobby")).stream()
                .map(member -> member.connectionId())
                .collect(Collectors.toSet()))
        .isEqualTo(live);
    assertThat(
            Outcomes.result(node.connections().all()).stream()
                .map(ConnectionInfo::id)
                .collect(Collectors.toSet()))
        .isEqualTo(all);
  }
}
