// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.internal.cluster.RedisTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import org.junit.jupiter.api.Nested;

/** The contracts, on Redis. */
class CollectionRedisIT {
  @Nested
  class FollowingOnOneNode extends FollowingContract {
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
  class FollowingOnTwoNodes extends FollowingContract {
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
  class PagesOnOneNode extends PagesContract {
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
  class PagesOnTwoNodes extends PagesContract {
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
  class ResolverOnOneNode extends ResolverContract {
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
  class ResolverOnTwoNodes extends ResolverContract {
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
  class RevocationOnOneNode extends RevocationContract {
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
  class RevocationOnTwoNodes extends RevocationContract {
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
  class LapsesOnTwoNodes extends LapseContract {
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
