// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import io.meshrt.tests.cluster.Deployment;
import org.junit.jupiter.api.Nested;

class RequiredIdentityIT {
  @Nested
  class InMemoryTwoNodes extends RequiredIdentitySuite {
    @Override
    Deployment deployment() {
      return Deployment.inMemory(2);
    }
  }

  @Nested
  class RedisTwoNodes extends RequiredIdentitySuite {
    @Override
    Deployment deployment() {
      return Deployment.redis(2);
    }
  }
}
