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
  V1("mesh/");

  private final String prefix;

  Generation(String prefix) {
    this.prefix = prefix;
  }

  /** A built-in's name as this generation writes it. */
  public String wireName(String bareName) {
    return prefix + bareName;
  }

  String prefix() {
    return prefix;
  }
}
