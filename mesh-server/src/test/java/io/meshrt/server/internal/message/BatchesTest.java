// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is sent to many goes a thousand at a time, and keeps its place. */
class BatchesTest {
  private final Batches batches = new Batches();
  private final List<Integer> sizes = new ArrayList<>();
  private final List<CompletableFuture<Boolean>> open = new ArrayList<>();

  private CompletableFuture<?> send(int ids) {
    return batches.send(
        IntStream.range(0, ids).mapToObj(Integer::toString).toList(),
        batch -> {
          sizes.add(batch.size());
          CompletableFuture<Boolean> result = new CompletableFuture<>();
          open.add(result);
          return result;
        });
  }

  private void answer(int number) {
    open.get(number).complete(true);
  }

  @Test
  void aThousandGoAtOnceAndWaitForNobody() {
    CompletableFuture<?> first = send(1_000);
    CompletableFuture<?> second = send(1);

    assertThat(sizes).containsExactly(1_000, 1);
    answer(1);
    assertThat(second).isCompleted();
    assertThat(first).isNotDone();
  }

  @Test
  void oneMoreGoesInTwoAndWhatComesMeanwhileFollows() {
    CompletableFuture<?> many = send(1_001);
    CompletableFuture<?> one = send(1);
    assertThat(sizes).containsExactly(1_000);

    answer(0);
    assertThat(sizes).containsExactly(1_000, 1);
    answer(1);
    assertThat(many).isCompleted();
    assertThat(sizes).containsExactly(1_000, 1, 1);
    answer(2);
    assertThat(one).isCompleted();
    CompletableFuture<?> unused = send(3);
    assertThat(sizes).endsWith(3);
  }

  @Test
  void whatFailsEndsItsCallOnly() {
    CompletableFuture<?> many = send(3_000);
    CompletableFuture<?> one = send(1);

    open.get(0).completeExceptionally(new IllegalStateException("no"));

    assertThat(many).isCompletedExceptionally();
    assertThat(sizes).containsExactly(1_000, 1);
    answer(1);
    assertThat(one).isDone();
  }

  @Test
  void aMillionWaitAndNoMore() {
    CompletableFuture<?> unused = send(1_001);
    assertThat(send(Batches.MAX_WAITING)).isNotDone();

    assertThat(send(1)).isCompletedExceptionally();
  }
}
