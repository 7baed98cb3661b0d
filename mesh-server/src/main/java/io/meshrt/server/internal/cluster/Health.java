// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

/** Whether a node can use the cluster. */
public enum Health {
  /** Not registered yet. */
  STARTING,
  /** Answers, and this node hears. */
  UP,
  /** Does not answer, or this node does not hear; tried again for ever. */
  DOWN,
  /** The node left. */
  CLOSED
}
