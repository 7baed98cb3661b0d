// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Nodes of one cluster; a test's subject. Closing it closes them. */
public abstract class TestWorld implements AutoCloseable {
  private final List<TestNode> nodes = new ArrayList<>();

  /** One node, and the timers that keep it alive. */
  public record TestNode(Cluster cluster, TestTimers timers) {
    public Topics topics() {
      return cluster.topics();
    }

    public Store store() {
      return cluster.store();
    }

    public Members members() {
      return cluster.members();
    }
  }

  protected abstract Cluster build(String name, LeaseOptions leases, TestTimers timers);

  protected abstract Cluster buildGuest(String name, TestTimers timers);

  /** A guest that has started. */
  public final TestNode guest(String name) {
    TestTimers timers = new TestTimers();
    TestNode guest = new TestNode(buildGuest(name, timers), timers);
    nodes.add(guest);
    get(guest.cluster().start());
    return guest;
  }

  /** A node that has started. */
  public final TestNode node(String name, LeaseOptions leases) {
    TestNode node = unstarted(name, leases);
    get(node.cluster().start());
    return node;
  }

  public final TestNode node(String name) {
    return node(name, LeaseOptions.defaults());
  }

  /** A node that has not started. */
  public final TestNode unstarted(String name, LeaseOptions leases) {
    TestTimers timers = new TestTimers();
    TestNode node = new TestNode(build(name, leases, timers), timers);
    nodes.add(node);
    return node;
  }

  /** The outcome, waited for at most 20 s. */
  public static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    for (TestNode node : nodes) {
      get(node.cluster().close());
      node.timers().close();
    }
  }
}
