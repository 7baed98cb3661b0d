// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.dispatch;

import io.meshrt.faults.SharedRedis;
import org.junit.jupiter.api.Nested;

class RedisDispatchIT {
  @Nested
  class OneNode extends DispatchSuite {
    @Override
    Meeting meet() {
      return Meeting.redis(1, SharedRedis.uri());
    }
  }

  @Nested
  class TwoNodes extends DispatchSuite {
    @Override
    Meeting meet() {
      return Meeting.redis(2, SharedRedis.uri());
    }
  }
}
