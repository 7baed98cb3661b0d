// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.race;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.faults.RedisServer;
import io.meshrt.server.ClusterOptions;
import io.meshrt.server.MeshServer;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.presence.PresenceOptions;
import io.meshrt.testkit.MeshCluster;
import io.meshrt.tests.harness.Outcomes;
import io.meshrt.tests.harness.VirtualThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Rounds in which the sockets of two nodes do things at random, at the same time. When all is over
 * nothing of them is left: no connection, room, key, channel or thread.
 */
abstract class RaceSuite {
  private static final boolean FULL = Boolean.getBoolean("mesh.full");
  private static final int ROUNDS = FULL ? 8_000 : 200;
  private static final long SEED = 20_261_121;
  private static final int RACERS = 4;

  /** The room that somebody hears all the time. Nobody may be left to hear the others. */
  static final String HEARD = "race0";

  /** The names of groups that are empty are forgotten some minutes later. */
  private static final Duration PATIENCE = Duration.ofSeconds(FULL ? 300 : 30);

  private final ExecutorService threads = Executors.newFixedThreadPool(RACERS);
  private final List<Racer> racers = new ArrayList<>();

  /** One of each node, for {@link #HEARD}: what they have heard, their nodes have handed out. */
  private final List<Racer> ears = new ArrayList<>();

  private Set<Thread> threadsBefore;
  private RedisServer redis;
  private MeshCluster cluster;
  private Set<String> keysBefore;
  private Set<String> channelsBefore;

  /** The number of a marker, null if the push is none. */
  abstract Integer marker(JsonNode push);

  /** Sets up what is there from the first round to the last; ears hear the markers of one room. */
  abstract void prepare(List<Racer> ears) throws Exception;

  /** What one racer does, at the same time as the others; it may end with {@link #end}. */
  abstract void play(Racer racer, String room, Random random) throws Exception;

  /** All have played: checks who is where, and sends a marker to those who have to hear it. */
  abstract void mark(List<Racer> open, String room, int round) throws Exception;

  /** Ends what {@link #prepare} began; all racers and ears are closed. */
  abstract void tidyUp() throws Exception;

  @BeforeEach
  final void start() throws Exception {
    threadsBefore = Thread.getAllStackTraces().keySet();
    redis = RedisServer.started();
    Duration second = Duration.ofSeconds(1);
    Duration lease = Duration.ofSeconds(60);
    Duration hour = Duration.ofHours(1);
    cluster =
        MeshCluster.redis(
            2,
            RedisOptions.of(redis.uri()),
            builder ->
                builder
                    .cluster(new ClusterOptions(lease, second, second))
                    .heartbeat(new HeartbeatOptions(hour, hour, 1)),
            server -> {
              server.exposeRoom(Pattern.compile(".*"));
              server.trackPresence(Pattern.compile(".*"), PresenceOptions.defaults());
            });
    keysBefore = lines("KEYS", "*");
    channelsBefore = lines("PUBSUB", "CHANNELS");
    for (MeshServer node : cluster.nodes()) {
      ears.add(new Racer(node.port(), this::marker));
    }
    prepare(List.copyOf(ears));
  }

  @AfterEach
  final void close() throws Exception {
    for (Racer racer : together(racers, ears)) {
      racer.dispose();
    }
    threads.shutdownNow();
    cluster.close();
    redis.close();
  }

  final MeshServer node(int number) {
    return cluster.node(number);
  }

  final void playAll() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      try {
        play(round, random);
      } catch (Exception | AssertionError e) {
        throw new AssertionError("round " + round + " of seed " + SEED, e);
      }
    }
    for (Racer racer : together(racers, ears)) {
      racer.close(false);
    }
    tidyUp();
    assertNothingIsLeft();
  }

  private void play(int round, Random random) throws Exception {
    for (Racer racer : List.copyOf(racers)) {
      if (!racer.isOpen()) {
        racer.dispose();
        racers.remove(racer);
      }
    }
    while (racers.size() < RACERS) {
      racers.add(new Racer(node(random.nextInt(2)).port(), this::marker));
    }
    String room = "race" + random.nextInt(3);
    List<CompletableFuture<?>> plays = new ArrayList<>();
    for (Racer racer : racers) {
      Random own = new Random(random.nextLong());
      plays.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  play(racer, room, own);
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              threads));
    }
    for (CompletableFuture<?> played : plays) {
      Outcomes.result(played);
    }
    List<Racer> open = racers.stream().filter(Racer::isOpen).toList();
    mark(open, room, round);
    for (Racer ear : ears) {
      ear.awaitLast();
    }
    for (Racer racer : together(ears, open)) {
      racer.askForAnswer();
    }
    for (Racer racer : together(ears, open)) {
      racer.assertExpected();
    }
  }

  /** Ends the connection by one side or the other, in three of ten cases. */
  final void end(Racer racer, Random random) throws Exception {
    switch (random.nextInt(10)) {
      case 0 -> racer.close(false);
      case 1 -> racer.close(true);
      case 2 -> {
        MeshServer node = node(random.nextInt(2));
        assertThat(Outcomes.result(node.connections().disconnect(racer.id(), 4503, "race")))
            .isTrue();
        assertThat(racer.awaitClose()).isEqualTo(4503);
      }
      default -> {}
    }
  }

  /**
   * Expects the marker of everybody who hears the room; whether to send it. If nobody hears it on
   * one of the nodes, it could reach somebody there who comes later, so there has to be none.
   */
  final boolean expect(Collection<Racer> hearing, int round) {
    if (hearing.stream().map(Racer::port).distinct().count() < cluster.nodes().size()) {
      return false;
    }
    hearing.forEach(racer -> racer.expect(round));
    return true;
  }

  static List<Racer> together(List<Racer> some, List<Racer> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  static Set<String> ids(Collection<Racer> racers) {
    return racers.stream().map(Racer::id).collect(Collectors.toCollection(HashSet::new));
  }

  static ConditionFactory soon() {
    return await()
        .pollInSameThread()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2));
  }

  private void assertNothingIsLeft() throws Exception {
    for (MeshServer node : cluster.nodes()) {
      soon().untilAsserted(() -> assertThat(node.connections().list()).isEmpty());
      soon().untilAsserted(() -> assertThat(Outcomes.result(node.connections().all())).isEmpty());
      soon().untilAsserted(() -> assertThat(Outcomes.result(node.rooms().list())).isEmpty());
    }
    soon().untilAsserted(() -> assertThat(keysForEver()).isEqualTo(keysBefore));
    soon().untilAsserted(() -> assertThat(lines("PUBSUB", "CHANNELS")).isEqualTo(channelsBefore));
    cluster.close();
    threads.shutdown();
    soon().until(() -> lines("CLIENT", "LIST").size() == 1);
    soon().untilAsserted(() -> assertThat(newThreads()).isEmpty());
  }

  /** Keys that do not go by themselves. */
  private Set<String> keysForEver() {
    Set<String> keys = lines("KEYS", "*");
    keys.removeIf(key -> !FULL && key.startsWith("mesh:groups:"));
    keys.removeIf(key -> !redis.command("PTTL", key).startsWith(":-1"));
    return keys;
  }

  private List<Thread> newThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !threadsBefore.contains(thread))
        .filter(thread -> !thread.getName().matches("(awaitility|junit|process reaper).*"))
        .filter(thread -> !VirtualThreads.areServedBy(thread))
        .toList();
  }

  /** The texts in a reply of Redis. */
  private Set<String> lines(String... command) {
    Set<String> lines = new HashSet<>(List.of(redis.command(command).split("\r?\n")));
    lines.removeIf(line -> line.isEmpty() || line.matches("[*$]\\d+"));
    return lines;
  }
}
