// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.mesa;

import io.meshrt.tests.cluster.Deployment;
import org.junit.jupiter.api.Nested;

class RedisOneNodeIT {
  private static final Deployment DEPLOYMENT = Deployment.redis(1);

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

  @Nested
  class PushedBridge extends BridgeSuite.Pushed {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }

    @Override
    int nodes() {
      return 1;
    }
  }

  @Nested
  class KeptBridge extends BridgeSuite.Kept {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }

    @Override
    int nodes() {
      return 1;
    }
  }
}
