// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.client.MeshClient;
import io.meshrt.faults.SharedRedis;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.testkit.ChildNode;
import io.meshrt.tests.harness.Local;
import io.meshrt.tests.harness.Outcomes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A node that is killed and started again, and another one that stays and tells of what happens.
 * Clients reach the first under an address of their own, and say on a channel what they have seen.
 */
final class RestartWorld implements AutoCloseable {
  private static final int MISSED = RestartProgram.BRIEF + 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(200);

  /** So much later than they came attempts may be seen. */
  private static final Duration LATENESS = Duration.ofMillis(250);

  private final String prefix = "kill" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  private final Map<String, TcpProxy> addresses = new ConcurrentHashMap<>();
  private final Set<String> acks = ConcurrentHashMap.newKeySet();
  private final MeshServer witness = RestartProgram.server(SharedRedis.uri(), prefix);
  private final MeshClient ear;
  private ChildNode node;

  RestartWorld() throws Exception {
    witness.start();
    ear = Local.connected(witness);
    Outcomes.result(ear.channels().subscribe("acks", String.class, acks::add));
    Outcomes.result(witness.publishToChannel("news", "begin"));
    Outcomes.result(witness.publishToChannel("brief", "begin"));
    Outcomes.result(witness.publishRecordUpdate("doc", Map.of("n", 0)));
    node = ChildNode.start(RestartProgram.class, SharedRedis.uri(), prefix);
  }

  /** Where a client of this name connects. */
  String address(String client) {
    return "ws://127.0.0.1:"
        + addresses.computeIfAbsent(client, name -> TcpProxy.plain(node.port())).port();
  }

  /** Kills and starts the node, with all addresses, once the clients have subscribed. */
  void run(int rounds) throws Exception {
    awaitAcks("ready");
    for (int round = 1; round <= rounds; round++) {
      Outcomes.result(witness.publishToChannel("news", "before " + round));
      awaitAcks("before " + round);

      node.kill();
      Outcomes.result(witness.publishToChannel("news", "missed " + round));
      for (int i = 1; i <= MISSED; i++) {
        Outcomes.result(witness.publishToChannel("brief", round + "." + i));
      }
      Outcomes.result(witness.publishRecordUpdate("doc", Map.of("n", round)));
      node = ChildNode.start(RestartProgram.class, SharedRedis.uri(), prefix);
      addresses.values().forEach(address -> address.redirect(node.port()));

      awaitAcks("missed " + round);
      awaitAcks(round + "." + MISSED);
      awaitAcks("doc " + round);
      Outcomes.result(witness.rooms().broadcast("lobby", "hello", round));
      awaitAcks("hello " + round);
    }
    Outcomes.result(witness.publishToChannel("news", "end"));
    awaitAcks("end");
  }

  private void awaitAcks(String what) {
    for (String client : addresses.keySet()) {
      await(client + " has seen " + what)
          .atMost(PATIENCE)
          .until(() -> acks.contains(client + " " + what));
    }
  }

  /** What a client is to hear of the channel that keeps enough. */
  static List<String> news(int rounds) {
    return Stream.concat(
            IntStream.rangeClosed(1, rounds)
                .boxed()
                .flatMap(round -> Stream.of("before " + round, "missed " + round)),
            Stream.of("end"))
        .toList();
  }

  /** What a client is to hear of the channel that does not. */
  static List<String> brief(int rounds) {
    List<String> expected = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      expected.add("gap");
      for (int i = MISSED - RestartProgram.BRIEF + 1; i <= MISSED; i++) {
        expected.add(round + "." + i);
      }
    }
    return expected;
  }

  /** When sockets of a client were opened. */
  List<Duration> sockets(String client) {
    return Objects.requireNonNull(addresses.get(client)).attempts();
  }

  /** In whatever stretch of time there are no more attempts than one in 200 ms. */
  static void assertUnhurried(List<Duration> times) {
    for (int first = 0; first < times.size(); first++) {
      for (int last = first + 1; last < times.size(); last++) {
        assertThat(BETWEEN_ATTEMPTS.multipliedBy(last - first))
            .as("%d to %d of %s", first, last, times)
            .isLessThanOrEqualTo(times.get(last).minus(times.get(first)).plus(LATENESS));
      }
    }
  }

  @Override
  public void close() {
    addresses.values().forEach(TcpProxy::close);
    ear.close();
    node.close();
    witness.close();
  }
}
