// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.faults.SharedRedis;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import io.meshrt.server.RedisOptions;
import io.meshrt.server.connection.Connection;
import io.meshrt.testkit.MeshCluster;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/**
 * Runs a program of the published client, unmodified, against one node, or against two that share a
 * Redis: then each of its connections that is closed leads to the other node when it comes back.
 */
abstract class PublishedClientSuite {
  /** Nodes, and which time in a row. */
  static final String ONE_NODE = "1, 1";

  static final String ONE_NODE_AGAIN = "1, 2";
  static final String TWO_NODES = "2, 1";
  static final String TWO_NODES_AGAIN = "2, 2";

  private final AtomicInteger moves = new AtomicInteger();
  private MeshCluster cluster;
  private TcpProxy address;
  private Map<String, JsonNode> facts;

  /** Registers commands and exposures. */
  abstract void expose(MeshServer server);

  UnaryOperator<MeshServerBuilder> options() {
    return builder -> builder;
  }

  final void run(int nodes, String program, String... args) throws Exception {
    runOn("", nodes, program, args);
  }

  /** The same on a path. */
  final void runOn(String path, int nodes, String program, String... args) throws Exception {
    NodePrograms.install();
    cluster =
        nodes == 1
            ? MeshCluster.inMemory(1, options(), this::expose)
            : MeshCluster.redis(nodes, redis(), options(), this::expose);
    address = TcpProxy.plain(cluster.node(0).port());
    String[] all = new String[args.length + 1];
    all[0] = "ws://127.0.0.1:" + address.port() + path;
    System.arraycopy(args, 0, all, 1, args.length);
    facts = NodePrograms.facts(program, all);
  }

  private static RedisOptions redis() {
    String prefix = "npm" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    return RedisOptions.of(SharedRedis.uri()).withPrefix(prefix);
  }

  @AfterEach
  final void close() {
    if (address != null) {
      address.close();
      cluster.close();
    }
  }

  /** Closes a connection; its client comes back on the next node. */
  final void moveOn(Connection connection) {
    address.redirect(cluster.node(moves.incrementAndGet()).port());
    connection.close(1012, "come back");
  }

  /** Breaks all connections; their clients come back on the next node, once something is done. */
  final void breakUntil(Runnable done) {
    address.refuse();
    done.run();
    address.redirect(cluster.node(moves.incrementAndGet()).port());
    address.admit();
  }

  final MeshServer node(int number) {
    return cluster.node(number);
  }

  final JsonNode fact(String name) {
    assertThat(facts).containsKey(name);
    return facts.get(name);
  }

  /** Compares with JSON whose quotes are single. */
  final void assertFact(String name, String expected) throws JsonProcessingException {
    JsonNode json = NodePrograms.JSON.readTree(expected.replace('\'', '"'));
    assertThat(facts.get(name)).as(name).isEqualTo(json);
  }
}
