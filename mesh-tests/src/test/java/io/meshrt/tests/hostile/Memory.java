// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What this process holds once the garbage is gone.
 *
 * @param heapBytes used
 * @param directBytes of buffers
 * @param threads alive
 */
record Memory(long heapBytes, long directBytes, int threads) {
  private static final long SLACK_BYTES = 8 << 20;
  private static final int SLACK_THREADS = 20;

  static Memory now() {
    ManagementFactory.getMemoryMXBean().gc();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new Memory(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        direct,
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  /** It is as little as before, but for what does not grow with what was done. */
  void assertBack() {
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(500))
        .pollDelay(Duration.ZERO)
        .untilAsserted(
            () -> {
              Memory now = now();
              assertThat(now.heapBytes).as("heap").isLessThan(heapBytes + SLACK_BYTES);
              assertThat(now.directBytes).as("buffers").isLessThan(directBytes + SLACK_BYTES);
              assertThat(now.threads).as("threads").isLessThan(threads + SLACK_THREADS);
            });
  }
}
