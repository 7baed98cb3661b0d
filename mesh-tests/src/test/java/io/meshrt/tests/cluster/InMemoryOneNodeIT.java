// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.cluster;

import org.junit.jupiter.api.Nested;

class InMemoryOneNodeIT {
  private static final Deployment DEPLOYMENT = Deployment.inMemory(1);

  @Nested
  class Room extends RoomSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Push extends PushSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Metadata extends MetadataSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Presence extends PresenceSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }
}
