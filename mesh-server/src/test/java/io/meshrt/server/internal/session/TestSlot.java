// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import java.util.function.Supplier;

/** A slot made of its parts. */
record TestSlot(Object key, Supplier<byte[]> renderer) implements Slot {
  @Override
  public byte[] render() {
    return renderer.get();
  }
}
