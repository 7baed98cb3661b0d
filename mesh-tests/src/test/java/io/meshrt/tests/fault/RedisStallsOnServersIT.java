// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import io.meshrt.faults.TcpProxy;
import java.time.Duration;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis or the way to it stands still, and every link stays open. */
class RedisStallsOnServersIT extends ServersUnderFault {
  private static final Duration STALL = Duration.ofSeconds(6);

  @Test
  @Timeout(300)
  void stallIsNoReasonToWaitForEver() throws Exception {
    ThrowingRunnable refused = load().refusedFromNow(Actor::needsRedis);
    proxy().freeze();
    assertEveryCallIsUnavailable();
    Load.within(PATIENCE, refused);
    load().awaitAnswers(20, PATIENCE);
    proxy().thaw();

    awaitAllWorks();
    if (FULL) {
      stall(() -> proxy().freeze(), () -> proxy().thaw());
      stall(() -> proxy().freeze(TcpProxy.Direction.TO_CLIENT), () -> proxy().thaw());
      stall(() -> redis().stop(), () -> redis().resume());
    }
    assertAllAgree();
  }

  private void stall(Runnable begin, Runnable end) {
    begin.run();
    Lasting.lasting(STALL);
    load().awaitAnswers(20, PATIENCE);
    end.run();
    awaitAllWorks();
  }
}
