// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.record;

import io.meshrt.tests.cluster.Deployment;
import org.junit.jupiter.api.Nested;

class InMemoryOneNodeIT {
  private static final Deployment DEPLOYMENT = Deployment.inMemory(1);

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

  @Nested
  class Edit extends ClientEditSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Values extends ClientValuesSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }
}
