// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/** Hears about this node's place in the cluster, on threads of the cluster; never blocks. */
public interface ClusterListener {
  /**
   * The lease was lost, {@code self} is the new life. Everything joined before is gone or going:
   * join again what is still here.
   */
  default void onLeaseLost(NodeId self) {}

  /**
   * The cluster may have lost the latest of what it acknowledged, and this life goes on: join again
   * what is still here, and look for what should not be there any more.
   */
  default void onDoubt() {}

  /** The cluster can, or cannot, be asked from now on. */
  default void onHealth(Health health) {}
}
