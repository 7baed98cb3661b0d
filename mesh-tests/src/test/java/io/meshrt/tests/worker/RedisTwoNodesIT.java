// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import org.junit.jupiter.api.Nested;

class RedisTwoNodesIT {
  @Nested
  class Commands extends CommandSuite {
    @Override
    World world() {
      return World.redis(2);
    }
  }

  @Nested
  class Events extends EventSuite {
    @Override
    World world() {
      return World.redis(2);
    }
  }
}
