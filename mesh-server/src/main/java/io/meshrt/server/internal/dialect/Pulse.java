// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

/** How the pings of a kind of connections come, and what else they are for. */
public enum Pulse {
  /** The first at once; each also measures the round trip. */
  MEASURING,

  /**
   * The first after half an interval: peers check for pings at whole ones, and a ping that falls
   * beside the check makes them reconnect (mesh-protocol 6, "Phase trap"). The round trip is
   * measured apart, by {@link Dialect#latencyPair}.
   */
  LATENCY_APART,

  /**
   * The first after a whole interval. Pongs do not say which ping they answer, but each ping is
   * answered once and in order; so the answer to the last of those that are open measures.
   */
  MEASURING_IN_ORDER,

  /** The first after a whole interval; the round trip is not measured. */
  PLAIN
}
