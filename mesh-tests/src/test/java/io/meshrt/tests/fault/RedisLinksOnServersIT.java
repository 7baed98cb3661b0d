// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis lives, and the way to it does not. */
class RedisLinksOnServersIT extends ServersUnderFault {
  private static final int CUTS = FULL ? 40 : 2;

  @Test
  @Timeout(300)
  void cutLinksComeBack() throws Exception {
    for (int cut = 0; cut < CUTS; cut++) {
      proxy().cut();
      load().awaitSteps(cut % 4, RECOVERY);
    }
    redis().command("CLIENT", "KILL", "TYPE", "normal");
    redis().command("CLIENT", "KILL", "TYPE", "pubsub");
    awaitAllWorks();
    if (FULL) {
      ThrowingRunnable refused = load().refusedFromNow(Actor::needsRedis);
      proxy().refuse();
      Load.within(PATIENCE, refused);
      load().awaitAnswers(20, PATIENCE);
      proxy().admit();
      awaitAllWorks();
    }
    assertAllAgree();
  }
}
