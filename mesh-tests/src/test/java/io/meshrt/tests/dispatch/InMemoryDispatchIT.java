// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.dispatch;

import org.junit.jupiter.api.Nested;

class InMemoryDispatchIT {
  @Nested
  class OneNode extends DispatchSuite {
    @Override
    Meeting meet() {
      return Meeting.inMemory(1);
    }
  }

  @Nested
  class TwoNodes extends DispatchSuite {
    @Override
    Meeting meet() {
      return Meeting.inMemory(2);
    }
  }
}
