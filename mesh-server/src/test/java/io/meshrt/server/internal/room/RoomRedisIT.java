// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.internal.cluster.RedisTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import org.junit.jupiter.api.Nested;

/** Rooms, on Redis. */
class RoomRedisIT {
  @Nested
  class OnOneNode extends RoomContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
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
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
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
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
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
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }

    @Override
    boolean twoNodes() {
      return true;
    }
  }
}
