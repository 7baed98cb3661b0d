// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit;

import org.jspecify.annotations.Nullable;

/** A cluster for tests, from its start to its end. */
final class RunningCluster implements AutoCloseable {
  private final MeshCluster cluster;
  private final @Nullable Faults faults;

  RunningCluster(MeshCluster cluster, @Nullable Faults faults) {
    this.cluster = cluster;
    this.faults = faults;
  }

  MeshCluster cluster() {
    return cluster;
  }

  /** Where clients reach a server. */
  int port(int node) {
    return faults == null ? cluster.node(node).port() : faults.link(node).port();
  }

  Faults faults() {
    if (faults == null) {
      throw new IllegalStateException("there are no links: call faults() on the extension");
    }
    return faults;
  }

  @Override
  public void close() {
    if (faults == null) {
      cluster.close();
      return;
    }
    try (faults) {
      faults.heal();
      cluster.close();
    }
  }
}
