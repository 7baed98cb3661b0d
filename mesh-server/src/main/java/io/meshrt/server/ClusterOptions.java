// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.internal.cluster.LeaseOptions;
import java.time.Duration;

/**
 * How soon a silent node counts as dead. All nodes of a cluster should have the same.
 *
 * @param lease how long a node lives after it was last heard of
 * @param renewal how often it makes itself heard; at most half of the lease
 * @param reaping how often each node looks for dead ones
 */
public record ClusterOptions(Duration lease, Duration renewal, Duration reaping) {
  /** Checks the times. */
  public ClusterOptions {
    var unused = new LeaseOptions(lease, renewal, reaping);
  }

  /** A lease of 15 s, renewed every 5 s; dead nodes are looked for every 5 s. */
  public static ClusterOptions defaults() {
    return new ClusterOptions(Duration.ofSeconds(15), Duration.ofSeconds(5), Duration.ofSeconds(5));
  }

  LeaseOptions toLease() {
    return new LeaseOptions(lease, renewal, reaping);
  }
}
