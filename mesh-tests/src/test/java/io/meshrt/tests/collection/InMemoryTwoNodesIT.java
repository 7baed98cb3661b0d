// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.collection;

import io.meshrt.tests.cluster.Deployment;
import org.junit.jupiter.api.Nested;

class InMemoryTwoNodesIT {
  private static final Deployment DEPLOYMENT = Deployment.inMemory(2);

  @Nested
  class Follow extends ClientFollowSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Resume extends ClientResumeSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }
}
