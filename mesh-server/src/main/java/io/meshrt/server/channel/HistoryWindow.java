// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.channel;

/**
 * Which messages clients of the {@code mesh/} and {@code rt/} generations get when they ask for
 * fewer than are kept (mesh-protocol 20.3). Both windows are told oldest first.
 */
public enum HistoryWindow {
  /** The most recent ones. */
  NEWEST,
  /** The oldest ones, as the servers of those generations did. */
  OLDEST
}
