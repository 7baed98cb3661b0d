// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.inbox;

import io.meshrt.tests.cluster.Deployment;
import org.junit.jupiter.api.Nested;

class InMemoryTwoNodesIT {
  private static final Deployment DEPLOYMENT = Deployment.inMemory(2);

  @Nested
  class Keep extends KeepSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Bound extends BoundSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Handled extends HandledSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }
}
