// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster;

import io.meshrt.faults.RedisShards;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.redisson.config.Config;

/** The contracts, on a Redis Cluster of three masters. */
@Tag("full")
@Tag("cluster")
class RedisShardedIT {
  private static RedisShards cluster;

  @BeforeAll
  static void startCluster() {
    cluster = RedisShards.started();
  }

  private static RedisSettings settings() {
    Config config = new Config();
    cluster.uris().forEach(config.useClusterServers()::addNodeAddress);
    return RedisSettings.of(config);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @Nested
  class TopicsOnOneNode extends TopicsContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
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
      return new RedisTestWorld(settings());
    }
  }

  @Nested
  class Leases extends LeaseContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(settings());
    }
  }
}
