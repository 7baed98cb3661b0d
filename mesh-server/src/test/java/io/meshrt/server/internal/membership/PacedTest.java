// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PacedTest {
  private final List<CompletableFuture<Boolean>> started = new ArrayList<>();

  @Test
  void theNextBeginsWhenOneEnds() {
    CompletableFuture<?> all = run(5);
    assertThat(started).hasSize(2);

    started.get(1).complete(true);
    assertThat(started).hasSize(3);

    for (int i = 0; i < 5; i++) {
      started.get(i).complete(true);
    }
    assertThat(started).hasSize(5);
    assertThat(all).isCompleted();
  }

  @Test
  void oneThatFailsStopsNoOther() {
    CompletableFuture<?> all = run(3);
    started.get(0).completeExceptionally(new IllegalStateException("no"));
    assertThat(started).hasSize(3);
    assertThat(all).isNotDone();

    started.get(1).complete(true);
    started.get(2).complete(true);

    assertThat(all).isCompletedExceptionally();
  }

  @Test
  void manyThatEndAtOnceDoNotNest() {
    CompletableFuture<?> all =
        Paced.run(
            Collections.nCopies(100_000, "room"),
            2,
            room -> CompletableFuture.completedFuture(room));

    assertThat(all).isCompleted();
  }

  @Test
  void nothingToDoIsDone() {
    assertThat(run(0)).isCompleted();
  }

  private CompletableFuture<?> run(int count) {
    return Paced.run(
        Collections.nCopies(count, "room"),
        2,
        room -> {
          CompletableFuture<Boolean> step = new CompletableFuture<>();
          started.add(step);
          return step;
        });
  }
}
