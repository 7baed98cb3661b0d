// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import org.junit.jupiter.api.Nested;

/** Rooms, in memory. */
class RoomInMemoryTest {
  @Nested
  class OnOneNode extends RoomContract {
    @Override
    TestWorld newWorld() {
      return new InMemoryTestWorld();
    }

    @Override
    boolean twoNodes() {
      return false;
    }
  }

  @Nested
  class OnTwoNodes extends RoomContract {
    @Override
    TestWorld newWorld() {
      return new InMemoryTestWorld();
    }

    @Override
    boolean twoNodes() {
      return true;
    }
  }

  @Nested
  class MetadataOnOneNode extends RoomMetadataContract {
    @Override
    TestWorld newWorld() {
      return new InMemoryTestWorld();
    }

    @Override
    boolean twoNodes() {
      return false;
    }
  }

  @Nested
  class MetadataOnTwoNodes extends RoomMetadataContract {
    @Override
    TestWorld newWorld() {
      return new InMemoryTestWorld();
    }

    @Override
    boolean twoNodes() {
      return true;
    }
  }
}
