// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

/** Whether a server can use what it shares with other nodes. */
public enum ClusterHealth {
  /** Not joined yet: not started, or Redis has not answered since. */
  STARTING,
  /** All is well; always so in memory. */
  UP,
  /** Redis cannot be used; tried again for ever. Commands that do not need it keep answering. */
  DOWN,
  /** The server was closed. */
  CLOSED
}
