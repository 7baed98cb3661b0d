// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshrt.server.collection.CollectionResolver;
import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.metrics.CollectionCounts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How the application's resolvers are run. */
class ResolversTest {
  private final ManualScheduler time = new ManualScheduler();
  private final CollectionCounts counts = new CollectionCounts();
  private final Resolvers resolvers = new Resolvers(Runnable::run, time, counts);
  private final List<CompletableFuture<Collection<String>>> asked = new ArrayList<>();
  private final CollectionResolver resolver =
      (connection, collection) -> {
        CompletableFuture<Collection<String>> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
      };

  @Test
  void asManyRunAsMayAndTheOthersBehindThem() {
    List<CompletableFuture<Set<String>>> runs = new ArrayList<>();
    for (int i = 0; i <= Resolvers.MAX_RUNNING; i++) {
      runs.add(run(resolver));
    }
    assertThat(asked).hasSize(Resolvers.MAX_RUNNING);

    asked.get(3).complete(List.of("a", "b", "a"));

    assertThat(runs.get(3)).isCompletedWithValue(Set.of("a", "b"));
    assertThat(asked).hasSize(Resolvers.MAX_RUNNING + 1);
    assertThat(counts.resolutions()).isEqualTo(Resolvers.MAX_RUNNING + 1);
  }

  @Test
  void whoDoesNotAnswerInTimeHasFailedAndMakesRoom() {
    CompletableFuture<Set<String>> late = run(resolver);

    time.advance(Resolvers.DEADLINE.minusMillis(1));
    assertThat(late).isNotDone();
    time.advance(Resolvers.DEADLINE);
    asked.get(0).complete(List.of("a"));

    assertThatThrownBy(late::join).hasMessageContaining("in time");
    for (int i = 0; i < Resolvers.MAX_RUNNING; i++) {
      assertThat(run(resolver)).isNotDone();
    }
    assertThat(asked).hasSize(1 + Resolvers.MAX_RUNNING);
  }

  @Test
  void whateverGoesWrongFailsTheRunAndMakesRoom() {
    assertThatThrownBy(
            () ->
                run((connection, collection) -> {
                      throw new IllegalStateException("broken");
                    })
                    .join())
        .hasRootCauseMessage("broken");
    assertThatThrownBy(() -> run((connection, collection) -> null).join())
        .hasRootCauseMessage("a resolver returned null instead of a stage");
    assertThatThrownBy(
            () -> run((connection, collection) -> CompletableFuture.completedFuture(null)).join())
        .hasRootCauseMessage("a resolver told null");

    assertThat(run((c, id) -> CompletableFuture.completedFuture(List.of("a"))))
        .isCompletedWithValue(Set.of("a"));
    assertThat(time.pending()).isZero();
  }

  private CompletableFuture<Set<String>> run(CollectionResolver asking) {
    return resolvers.run(asking, null, "c");
  }
}
