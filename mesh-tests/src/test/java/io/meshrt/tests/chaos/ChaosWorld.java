// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import static org.awaitility.Awaitility.await;

import io.meshrt.client.ClientStatus;
import io.meshrt.client.MeshClient;
import io.meshrt.client.ReconnectPolicy;
import io.meshrt.client.StatusChange;
import io.meshrt.client.channel.ChannelGap;
import io.meshrt.faults.RedisServer;
import io.meshrt.testkit.history.ChannelLog;
import io.meshrt.testkit.history.FollowerLog;
import io.meshrt.tests.chaos.Publisher.Pace;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Nodes on a Redis, clients that follow channels, publishers, and the log of all of it. */
final class ChaosWorld implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final int FOLLOWED = 3;
  private static final String SIGNALS = "signals";

  final ChannelLog log = new ChannelLog();
  final List<String> channels;
  final List<ChaosNode> nodes;
  final List<Publisher> publishers = new ArrayList<>();
  final AtomicLong failures = new AtomicLong();

  /** All there are, those of publishers included. */
  final List<MeshClient> clients = new ArrayList<>();

  /** How many times Redis has lost something, or is about to. */
  final AtomicInteger losses = new AtomicInteger();

  private final AtomicLong moves = new AtomicLong();
  private final AtomicLong otherLosses = new AtomicLong();
  private final Random random;
  private final Duration commandTimeout;
  private final List<MeshClient> members = new ArrayList<>();
  private final Map<String, List<FollowerLog>> followers = new HashMap<>();
  private final ExecutorService callbacks = Executors.newFixedThreadPool(4);
  private CompletableFuture<Void> publishing = CompletableFuture.completedFuture(null);
  private int marks;

  /** A world in which anything may fail at any time. */
  ChaosWorld(Random random, RedisServer redis, int nodes, int channels, int clients)
      throws Exception {
    this(random, redis, nodes, channels, clients, true);
  }

  /** A world whose Redis can be relied on. */
  static ChaosWorld calm(Random random, RedisServer redis, int nodes, int channels, int clients)
      throws Exception {
    return new ChaosWorld(random, redis, nodes, channels, clients, false);
  }

  private ChaosWorld(
      Random random, RedisServer redis, int nodes, int channels, int clients, boolean wild)
      throws Exception {
    this.random = random;
    this.commandTimeout = Duration.ofSeconds(wild ? 10 : 30);
    this.channels = IntStream.range(0, channels).mapToObj(number -> "c" + number).toList();
    this.nodes =
        IntStream.range(0, nodes)
            .parallel()
            .mapToObj(number -> new ChaosNode(redis.port(), wild))
            .toList();
    for (int number = 0; number < clients; number++) {
      follow(number);
    }
  }

  private MeshClient client(int number) throws Exception {
    MeshClient client =
        MeshClient.builder(nodes.get(number % nodes.size()).uri())
            .executor(callbacks)
            .commandTimeout(commandTimeout)
            .reconnect(ReconnectPolicy.fullJitter(Duration.ofMillis(20), Duration.ofMillis(500)))
            .build();
    clients.add(client);
    client.onStatus(this::count);
    Outcomes.result(client.connect());
    return client;
  }

  private void count(StatusChange change) {
    if (change.status() == ClientStatus.RECONNECTING) {
      boolean moved = change.reason().equals("the server goes away");
      (moved ? moves : otherLosses).incrementAndGet();
    }
  }

  /** How often a client was sent elsewhere by its node. */
  long moves() {
    return moves.get();
  }

  /** How often a client lost its connection otherwise. */
  long otherLosses() {
    return otherLosses.get();
  }

  /** Completes when somebody says this on the channel for signals. */
  CompletableFuture<Void> signal(String text) throws Exception {
    CompletableFuture<Void> heard = new CompletableFuture<>();
    MeshClient client = clients.get(0);
    Outcomes.result(
        client.subscribe(
            SIGNALS,
            String.class,
            said -> {
              if (text.equals(said)) {
                heard.complete(null);
              }
            }));
    return heard;
  }

  /** Says something on the channel for signals. */
  void say(String text) throws Exception {
    Outcomes.result(clients.get(0).publish(SIGNALS, text));
  }

  /** One more client, which follows some channels. */
  private void follow(int number) throws Exception {
    MeshClient client = client(number);
    members.add(client);
    List<String> chosen = new ArrayList<>(channels);
    Collections.shuffle(chosen, random);
    for (String channel : chosen.subList(0, Math.min(FOLLOWED, chosen.size()))) {
      FollowerLog follower = log.follower("client-" + number, channel);
      Outcomes.result(client.subscribe(channel, String.class, follower.listener()));
      follower.begun();
      followers.computeIfAbsent(channel, added -> new ArrayList<>()).add(follower);
    }
  }

  /** Clients that follow channels: number {@code n} is one of node {@code n} modulo the nodes. */
  List<MeshClient> members() {
    return List.copyOf(members);
  }

  /** How many subscriptions there are. */
  int followers() {
    return followers.values().stream().mapToInt(List::size).sum();
  }

  /**
   * Those who were told of losses more often than something was lost, each with its gaps. A loss
   * may be told twice: when the channel turns out to have fewer messages than its follower has
   * heard, and when a node that has heard them too gives it another epoch.
   */
  List<String> toldTooOften() {
    return followers.values().stream()
        .flatMap(List::stream)
        .filter(follower -> mostOfAKind(follower.toldGaps()) > losses.get())
        .map(follower -> follower + ": " + follower.toldGaps())
        .toList();
  }

  private static long mostOfAKind(List<ChannelGap> gaps) {
    long inEpoch = gaps.stream().filter(gap -> gap.resumesAfter().sameEpoch(gap.last())).count();
    return Math.max(inEpoch, gaps.size() - inEpoch);
  }

  /** As {@link #publish(int, boolean, Pace)}, without pauses. */
  void publish(int total, boolean repeating) throws Exception {
    publish(total, repeating, Pace.AT_ONCE);
  }

  /** Begins to publish, with two publishers for each channel; some of them on each node. */
  void publish(int total, boolean repeating, Pace pace) throws Exception {
    int count = channels.size() * 2;
    for (int number = 0; number < count; number++) {
      String channel = channels.get(number % channels.size());
      publishers.add(
          new Publisher("p" + number, channel, client(number), log, repeating, pace, failures));
    }
    publishing =
        CompletableFuture.allOf(
            publishers.stream()
                .map(publisher -> publisher.start(total / count))
                .toArray(CompletableFuture<?>[]::new));
  }

  /** Begins to publish and to call, at a steady rate, from the clients that there are. */
  SteadyLoad load(int messagesPerSecond, int commandsPerSecond) {
    return new SteadyLoad(
        List.copyOf(clients), channels, log, messagesPerSecond, commandsPerSecond);
  }

  /** How many messages were acknowledged. */
  long acknowledged() {
    return publishers.stream().mapToLong(Publisher::acknowledged).sum();
  }

  void awaitAcknowledged(long count) {
    await().atMost(PATIENCE).until(() -> acknowledged() >= count);
  }

  /** Waits until each publisher had so many more messages acknowledged, or has no more. */
  void awaitMoreFromEach(int more) {
    Map<Publisher, Integer> before = new HashMap<>();
    publishers.forEach(publisher -> before.put(publisher, publisher.acknowledged()));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                before.entrySet().stream()
                    .allMatch(entry -> entry.getKey().has(entry.getValue() + more)));
  }

  void awaitPublished() {
    await().atMost(PATIENCE).until(publishing::isDone);
  }

  void stopPublishing() {
    publishers.forEach(Publisher::stop);
    awaitPublished();
  }

  /** The newest epoch that followers know of a channel; empty before the first message. */
  String epoch(String channel) {
    return followers.get(channel).stream()
        .map(FollowerLog::epoch)
        .reduce("", (one, other) -> other);
  }

  /**
   * Publishes marks until each follower has heard one of its channel.
   *
   * @param settled what has to be true of a follower besides
   */
  void settle(Predicate<FollowerLog> settled) {
    Map<String, List<String>> marked = new HashMap<>();
    List<FollowerLog> open = new ArrayList<>();
    followers.values().forEach(open::addAll);
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(
            () -> {
              open.removeIf(
                  follower ->
                      marked.getOrDefault(follower.channel(), List.of()).stream()
                              .anyMatch(follower::hasHeard)
                          && settled.test(follower));
              open.stream()
                  .map(FollowerLog::channel)
                  .distinct()
                  .forEach(
                      channel ->
                          marked
                              .computeIfAbsent(channel, added -> new ArrayList<>())
                              .add(mark(channel)));
              return open.isEmpty();
            });
  }

  private String mark(String channel) {
    String message = "mark-" + ++marks;
    int caller = marks % clients.size();
    CompletableFuture<?> unused =
        log.publishing("marker-" + caller, channel, message)
            .ofClient(clients.get(caller).publish(channel, message, message))
            .handle((position, failure) -> position);
    return message;
  }

  @Override
  public void close() {
    publishers.forEach(Publisher::stop);
    clients.forEach(MeshClient::close);
    nodes.forEach(ChaosNode::close);
    callbacks.shutdownNow();
  }
}
