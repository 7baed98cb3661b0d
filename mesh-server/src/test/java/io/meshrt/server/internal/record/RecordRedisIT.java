// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.faults.SharedRedis;
import io.meshrt.server.internal.cluster.RedisTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import io.meshrt.server.internal.cluster.redis.RedisSettings;
import org.junit.jupiter.api.Nested;

/** The contracts, on Redis. */
class RecordRedisIT {
  @Nested
  class Writer extends WriterContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }
  }

  @Nested
  class Along extends AlongContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }
  }

  @Nested
  class SubscriptionOnOneNode extends SubscriptionContract {
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
  class SubscriptionOnTwoNodes extends SubscriptionContract {
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
  class WritingOnOneNode extends WritingContract {
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
  class WritingOnTwoNodes extends WritingContract {
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

  @Nested
  class ListingOnOneNode extends ListingContract {
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
  class ListingOnTwoNodes extends ListingContract {
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
  class DeliveryOnTwoNodes extends DeliveryContract {
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
  class WritersOnThreeNodes extends ManyWritersContract {
    @Override
    TestWorld newWorld() {
      return new RedisTestWorld(RedisSettings.of(SharedRedis.uri()));
    }
  }

  @Nested
  class ValuesOnTwoNodes extends ValuesContract {
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
  class BurstOnTwoNodes extends BurstContract {
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
  class RestoreOnTwoNodes extends RestoreContract {
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
