// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

/** Which form of the protocol a server speaks. */
public enum Generation {
  /** The protocol of this project's servers, subprotocol {@code mesh.v1}. */
  V1,
  /** Legacy servers whose built-in commands begin with {@code mesh} and a slash. */
  MESH,
  /** Legacy servers whose built-in commands begin with {@code rt} and a slash. */
  REALTIME,
  /** The oldest servers, whose built-in commands have no prefix. */
  BARE
}
