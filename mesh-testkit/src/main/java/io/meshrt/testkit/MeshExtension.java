// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import io.meshrt.client.MeshClient;
import io.meshrt.client.MeshClientBuilder;
import io.meshrt.faults.RedisServer;
import io.meshrt.faults.TcpProxy;
import io.meshrt.server.ManualClock;
import io.meshrt.server.MeshServer;
import io.meshrt.server.MeshServerBuilder;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of servers in this JVM, and clients of theirs, for the tests of a class: started before
 * each test, or once if the field is static, and closed afterwards.
 *
 * <pre>{@code
 * @RegisterExtension
 * final MeshExtension mesh = MeshExtension.nodes(2).setUp(Chat::register);
 * }</pre>
 *
 * <p>The first methods describe the cluster, each giving another extension; the others are for
 * tests, while it runs.
 */
public final class MeshExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private final ClusterPlan plan;
  private @Nullable RunningCluster running;

  /** Classes at work in whose static field it is: one, and those nested within. */
  private int classes;

  private MeshExtension(ClusterPlan plan) {
    this.plan = plan;
  }

  /** So many servers that behave as one, in memory. */
  public static MeshExtension nodes(int nodes) {
    return new MeshExtension(ClusterPlan.of(nodes));
  }

  /** With options for each server, applied after what the extension sets. */
  public MeshExtension options(UnaryOperator<MeshServerBuilder> options) {
    return new MeshExtension(plan.withOptions(Objects.requireNonNull(options, "options")));
  }

  /** With commands, exposures and hooks, registered with each server before it starts. */
  public MeshExtension setUp(Consumer<MeshServer> setUp) {
    return new MeshExtension(plan.withSetUp(Objects.requireNonNull(setUp, "setUp")));
  }

  /** Through a Redis instead of memory: the one that {@code SharedRedis} finds or starts. */
  public MeshExtension redis() {
    return new MeshExtension(plan.withRedis());
  }

  /**
   * With links that can be ill-treated, see {@link #link}; with {@link #redis()} also those to a
   * Redis of its own, see {@link #redisLink} and {@link #redisServer}.
   */
  public MeshExtension faults() {
    return new MeshExtension(plan.withFaults());
  }

  /**
   * With time that passes for the servers when {@code clock} says so, in memory only. They then
   * send no pings, since clients live in real time, unless {@link #options} say otherwise.
   */
  public MeshExtension clock(ManualClock clock) {
    return new MeshExtension(plan.withClock(Objects.requireNonNull(clock, "clock")));
  }

  /** A server; numbers beyond the last begin at the first again. */
  public MeshServer node(int number) {
    return running().cluster().node(number);
  }

  /** The servers. */
  public List<MeshServer> nodes() {
    return running().cluster().nodes();
  }

  /** Where clients reach a server, through its link if there are faults. */
  public String uri(int node) {
    return "ws://127.0.0.1:" + running().port(node);
  }

  /** A client of {@link #node}, connected; closed with the cluster. */
  public MeshClient client(int node) throws Exception {
    return client(node, builder -> builder);
  }

  /** As {@link #client(int)}, with options. */
  public MeshClient client(int node, UnaryOperator<MeshClientBuilder> options) throws Exception {
    return running().cluster().clientOf(running().port(node), options);
  }

  /** What clients of a server reach it through; with {@link #faults}. */
  public TcpProxy link(int node) {
    return running().faults().link(node);
  }

  /** What a server reaches Redis through; with {@link #faults} and {@link #redis()}. */
  public TcpProxy redisLink(int node) {
    return running().faults().redisLink(node);
  }

  /**
   * The Redis of this cluster alone, which keeps what it acknowledged over a kill; with {@link
   * #faults} and {@link #redis()}.
   */
  public RedisServer redisServer() {
    return running().faults().redis();
  }

  private RunningCluster running() {
    RunningCluster cluster = running;
    if (cluster == null) {
      throw new IllegalStateException(
          "no test runs: the extension needs a field with @RegisterExtension");
    }
    return cluster;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    classes++;
    if (classes == 1) {
      running = plan.start();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    if (classes == 0) {
      running = plan.start();
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (classes == 0) {
      close();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    classes--;
    if (classes == 0) {
      close();
    }
  }

  private void close() {
    RunningCluster cluster = running;
    running = null;
    if (cluster != null) {
      cluster.close();
    }
  }
}
