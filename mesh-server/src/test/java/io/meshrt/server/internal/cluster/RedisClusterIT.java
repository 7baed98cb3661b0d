// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import org.junit.jupiter.api.Nested;

/** The contracts, on Redis. */
class RedisClusterIT {
  @Nested
  class TopicsOnOneNode extends TopicsContract {
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
  class TopicsOnTwoNodes extends TopicsContract {
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
  class StoreOnOneNode extends StoreContract {
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
  class StoreOnTwoNodes extends StoreContract {
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
  class MembersOnOneNode extends MembersContract {
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
  class MembersOnTwoNodes extends MembersContract {
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
  class CatalogOnOneNode extends CatalogContract {
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
  class CatalogOnTwoNodes extends CatalogContract {
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
  class TopicsWithAGuest extends TopicsContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }

    @Override
    boolean twoNodes() {
      return true;
    }

    @Override
    boolean withGuest() {
      return true;
    }
  }

  @Nested
  class StoreWithAGuest extends StoreContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }

    @Override
    boolean twoNodes() {
      return true;
    }

    @Override
    boolean withGuest() {
      return true;
    }
  }

  @Nested
  class CatalogWithAGuest extends CatalogContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }

    @Override
    boolean twoNodes() {
      return true;
    }

    @Override
    boolean withGuest() {
      return true;
    }
  }

  @Nested
  class Guests extends GuestContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }
  }
}
