// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.work.WorkGroup;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Shares are even, and together everything. */
class ShareTest {
  @Test
  void sharesDifferByOneAtMost() {
    Set<String> workers = new TreeSet<>();
    for (int count = 1; count <= 20; count++) {
      workers.add("w" + count);
      int least = WorkGroup.PARTITIONS / count;

      assertThat(workers).allMatch(w -> Share.of(w, workers).count() - least <= 1);
      assertThat(workers.stream().mapToInt(w -> Share.of(w, workers).count()).sum())
          .isEqualTo(WorkGroup.PARTITIONS);
    }
  }

  @Test
  void whoIsNotRegisteredHasNone() {
    assertThat(Share.of("w", Set.of("v")).count()).isZero();
  }
}
