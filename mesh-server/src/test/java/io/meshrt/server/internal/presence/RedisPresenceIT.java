// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.internal.cluster.RedisTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import org.junit.jupiter.api.Nested;

/** The contracts, on Redis. */
class RedisPresenceIT {
  @Nested
  class MembersOnOneNode extends MembershipContract {
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
  class MembersOnTwoNodes extends MembershipContract {
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
  class StatesOnOneNode extends StateContract {
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
  class StatesOnTwoNodes extends StateContract {
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
  class SubscriptionsOnOneNode extends SubscriptionContract {
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
  class SubscriptionsOnTwoNodes extends SubscriptionContract {
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
  class RacesOnOneNode extends SubscribingRaceContract {
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
  class RacesOnTwoNodes extends SubscribingRaceContract {
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
  class DeadNodes extends NodeDeathContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }
  }
}
