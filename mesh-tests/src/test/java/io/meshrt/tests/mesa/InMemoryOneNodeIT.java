// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import io.meshrt.tests.cluster.Deployment;
import org.junit.jupiter.api.Nested;

class InMemoryOneNodeIT {
  private static final Deployment DEPLOYMENT = Deployment.inMemory(1);

  @Nested
  class Endpoint extends EndpointSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Inbox extends InboxSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }
}
