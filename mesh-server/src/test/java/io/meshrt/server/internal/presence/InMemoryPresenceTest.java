// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import org.junit.jupiter.api.Nested;

/** The contracts, in memory. */
class InMemoryPresenceTest {
  @Nested
  class MembersOnOneNode extends MembershipContract {
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
  class MembersOnTwoNodes extends MembershipContract {
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
  class StatesOnOneNode extends StateContract {
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
  class StatesOnTwoNodes extends StateContract {
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
  class DeadNodes extends NodeDeathContract {
    @Override
    TestWorld newWorld() {
      return new InMemoryTestWorld();
    }
  }
}
