// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import org.junit.jupiter.api.Nested;

/** The contracts, in memory. */
class InMemoryChannelTest {
  @Nested
  class SubscriptionsOnOneNode extends SubscriptionContract {
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
  class SubscriptionsOnTwoNodes extends SubscriptionContract {
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
  class RecoveryOnOneNode extends RecoveryContract {
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
  class RecoveryOnTwoNodes extends RecoveryContract {
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
  class RacesOnOneNode extends SubscribingRaceContract {
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
  class RacesOnTwoNodes extends SubscribingRaceContract {
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
  class RevocationsOnOneNode extends RevocationContract {
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
  class RevocationsOnTwoNodes extends RevocationContract {
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
  class LapsesOnTwoNodes extends LapseContract {
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
  class StormsOnOneNode extends StormContract {
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
  class StormsOnTwoNodes extends StormContract {
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
  class PublishingOnOneNode extends PublishingContract {
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
  class PublishingOnTwoNodes extends PublishingContract {
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
  class GuardsOnOneNode extends GuardContract {
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
  class GuardsOnTwoNodes extends GuardContract {
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
  class HooksOnOneNode extends HooksContract {
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
  class HooksOnTwoNodes extends HooksContract {
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
  class MirrorsOnOneNode extends MirrorContract {
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
  class MirrorsOnTwoNodes extends MirrorContract {
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
