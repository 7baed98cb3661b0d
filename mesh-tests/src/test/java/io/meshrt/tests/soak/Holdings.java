// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.soak;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.search.Search;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What this process holds once the garbage is gone.
 *
 * @param heapBytes used
 * @param bufferBytes outside of the heap
 * @param descriptors open files and sockets; 0 where the system does not tell
 * @param threads names of those alive, but for pools that grow and shrink and tools that look in
 * @param gauges of the servers, by number of the server and name
 */
record Holdings(
    long heapBytes,
    long bufferBytes,
    long descriptors,
    List<String> threads,
    Map<String, Double> gauges) {
  private static final String PASSING = "(mesh-(handler|client)-|ForkJoinPool|Attach Listener).*";

  static Holdings now(List<? extends MeterRegistry> registries) {
    ManagementFactory.getMemoryMXBean().gc();
    long buffers =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new Holdings(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        buffers,
        openDescriptors(),
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> !name.matches(PASSING))
            .sorted()
            .toList(),
        gauges(registries));
  }

  /** Fails if no process may have so many open files and sockets. */
  static void requireDescriptors(long needed) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      assertThat(unix.getMaxFileDescriptorCount())
          .as("file descriptors that a process may have: ulimit -n")
          .isGreaterThanOrEqualTo(needed);
    }
  }

  private static long openDescriptors() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  static Map<String, Double> gauges(List<? extends MeterRegistry> registries) {
    Map<String, Double> gauges = new TreeMap<>();
    for (int i = 0; i < registries.size(); i++) {
      for (Gauge gauge : Search.in(registries.get(i)).gauges()) {
        gauges.put(i + " " + gauge.getId().getName() + gauge.getId().getTags(), gauge.value());
      }
    }
    return gauges;
  }

  /**
   * It is no more than before, but for what does not grow with what was done.
   *
   * @param slackBytes of heap, and of buffers
   */
  void assertBackTo(Holdings before, long slackBytes) {
    gauges.forEach(
        (name, value) ->
            assertThat(value)
                .as(name)
                .isLessThanOrEqualTo(Objects.requireNonNull(before.gauges.get(name))));
    assertThat(descriptors).as("descriptors").isLessThanOrEqualTo(before.descriptors);
    assertThat(threads).as("threads").hasSizeLessThanOrEqualTo(before.threads.size());
    assertThat(bufferBytes).as("buffers").isLessThanOrEqualTo(before.bufferBytes + slackBytes);
    assertThat(heapBytes).as("heap").isLessThanOrEqualTo(before.heapBytes + slackBytes);
  }
}
