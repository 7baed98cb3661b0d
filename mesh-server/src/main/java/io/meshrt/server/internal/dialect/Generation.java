// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.dialect;

/**
 * How one request was spoken. A legacy connection may mix its three (mesh-protocol 20.2), so it is
 * remembered per request and per subscription, not per connection.
 */
public enum Generation {
  /** Legacy, without a prefix: the seed and its first days. */
  BARE(""),
  /** Legacy, {@code mesh/}. */
  MESH("mesh/"),
  /** Legacy, {@code rt/}. */
  REALTIME("rt/"),
  /** The negotiated subprotocol {@code mesh.v1}. */
  V1("mesh/"),
  /** Another protocol, on a path of its own; its words for what is built in are its own too. */
  FOREIGN("");

  private final String prefix;

  Generation(String prefix) {
    this.prefix = prefix;
  }

  /** A built-in's name as this generation writes it. */
  public String wireName(String bareName) {
    return prefix + bareName;
  }

  /** Whether clients of this generation know states of presence; the others hear of none. */
  public boolean hasPresenceStates() {
    return this != BARE;
  }

  /**
   * Whether clients of this generation register for the pushes of a subscription only when its
   * reply has been handled: what arrives together with the reply is lost (mesh-protocol 12.3).
   */
  public boolean registersAfterReply() {
    return this != V1;
  }

  /** Whether it is one of the family's with a prefix. */
  public boolean isPrefixedLegacy() {
    return this == MESH || this == REALTIME;
  }

  String prefix() {
    return prefix;
  }
}
