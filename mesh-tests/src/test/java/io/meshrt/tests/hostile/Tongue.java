// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import io.meshrt.testkit.RawWebSocket;

/** What an attacker speaks. */
enum Tongue {
  V1("mesh/", 1),
  MESH("mesh/", 2),
  REALTIME("rt/", 2),
  BARE("", 2);

  private final String prefix;
  private final int greetings;

  Tongue(String prefix, int greetings) {
    this.prefix = prefix;
    this.greetings = greetings;
  }

  /** The name of a built-in. */
  String name(String bareName) {
    return prefix + bareName;
  }

  /** Frames the server begins with. */
  int greetings() {
    return greetings;
  }

  /** A connection to be opened. */
  RawWebSocket.Builder to(int port) {
    RawWebSocket.Builder builder = RawWebSocket.to(port);
    return this == V1 ? builder.subprotocol("mesh.v1") : builder;
  }
}
