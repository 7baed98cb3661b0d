// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.server.internal.cluster.InMemoryTestWorld;
import io.meshrt.server.internal.cluster.TestWorld;
import org.junit.jupiter.api.Nested;

/** The contracts, in memory. */
class CollectionInMemoryTest {
  @Nested
  class FollowingOnOneNode extends FollowingContract {
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
  class FollowingOnTwoNodes extends FollowingContract {
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
  class PagesOnOneNode extends PagesContract {
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
  class PagesOnTwoNodes extends PagesContract {
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
  class ResolverOnOneNode extends ResolverContract {
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
  class ResolverOnTwoNodes extends ResolverContract {
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
  class RevocationOnOneNode extends RevocationContract {
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
  class RevocationOnTwoNodes extends RevocationContract {
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
}
