// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;

class AlongInMemoryTest extends AlongContract {
  @Override
  TestWorld newWorld() {
    return new InMemoryTestWorld();
  }
}
