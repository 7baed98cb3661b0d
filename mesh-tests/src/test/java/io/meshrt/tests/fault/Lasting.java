// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** How long a fault lasts, where that is what the test is about. */
final class Lasting {
  private Lasting() {}

  static void lasting(Duration duration) {
    await().pollDelay(duration).atMost(duration.plusSeconds(10)).until(() -> true);
  }
}
