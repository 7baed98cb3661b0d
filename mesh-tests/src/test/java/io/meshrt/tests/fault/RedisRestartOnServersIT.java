// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis is killed and started again, and has kept what it acknowledged. */
class RedisRestartOnServersIT extends ServersUnderFault {
  private static final int KILLS = FULL ? 10 : 1;

  @Test
  @Timeout(300)
  void everythingWorksAgainAfterEachRestart() throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      ThrowingRunnable refused = load().refusedFromNow(Actor::needsRedis);
      redis().kill();
      if (kill % 2 == 0) {
        assertEveryCallIsUnavailable();
      }
      Load.within(PATIENCE, refused);
      load().awaitAnswers(20, PATIENCE);
      redis().start();

      awaitAllWorks();
    }
    assertAllAgree();
  }
}
