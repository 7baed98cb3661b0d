// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneTest {
  private final Lane lane = new Lane();

  /** Belongs to the lane. */
  private final List<Integer> done = new ArrayList<>();

  @Test
  void aTaskOfATaskComesBehindIt() {
    lane.run(
        () -> {
          lane.run(() -> done.add(2));
          done.add(1);
        });

    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void aTaskThatFailsHoldsUpNothing() {
    lane.run(
        () -> {
          lane.run(() -> done.add(1));
          throw new IllegalStateException("meant to be logged");
        });
    lane.run(() -> done.add(2));

    assertThat(done).containsExactly(1, 2);
  }

  @Test
  void tasksOfManyThreadsRunOneAfterTheOther() {
    int[] count = new int[1];
    CompletableFuture<?>[] threads =
        IntStream.range(0, 4)
            .mapToObj(
                thread ->
                    CompletableFuture.runAsync(
                        () -> IntStream.range(0, 10_000).forEach(i -> lane.run(() -> count[0]++))))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(threads).orTimeout(10, TimeUnit.SECONDS).join();
    CompletableFuture<Integer> counted = new CompletableFuture<>();

    lane.run(() -> counted.complete(count[0]));

    assertThat(counted).isCompletedWithValue(40_000);
  }
}
