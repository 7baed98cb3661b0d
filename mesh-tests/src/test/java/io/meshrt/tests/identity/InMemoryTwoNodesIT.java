// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.identity;

import io.meshrt.tests.cluster.Deployment;
import org.junit.jupiter.api.Nested;

class InMemoryTwoNodesIT {
  private static final Deployment DEPLOYMENT = Deployment.inMemory(2);

  @Nested
  class Identity extends IdentitySuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Message extends MessageSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Hook extends HookSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }

  @Nested
  class Leaving extends LeavingNodeSuite {
    @Override
    Deployment deployment() {
      return DEPLOYMENT;
    }
  }
}
