// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.exposure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Guards that block do not take the threads of everything else. */
class GuardsTest {
  private final TestNode node = new TestNode();
  private final Session session = node.v1().session();
  private final HandlerThreads threads = HandlerThreads.start();
  private final Guards guards = new Guards(threads, node.scheduler, node.metrics);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger inside = new AtomicInteger();
  private final Guard stuck =
      (connection, name) -> {
        inside.incrementAndGet();
        gate.await();
        return true;
      };

  @AfterEach
  void endThreads() {
    gate.countDown();
    threads.shutdown(Duration.ofSeconds(10));
  }

  @Test
  void onlySoManyRunAtATimeAndTheOthersWait() {
    List<CompletableFuture<Boolean>> answers = ask(Guards.MAX_RUNNING + 10, stuck);
    await().until(() -> inside.get() == Guards.MAX_RUNNING);
    CompletableFuture<Boolean> free = new CompletableFuture<>();
    boolean taken = threads.tryExecute(() -> free.complete(true));

    gate.countDown();

    assertThat(taken).isTrue();
    assertThat(free).succeedsWithin(10, TimeUnit.SECONDS);
    assertThat(answers)
        .allSatisfy(
            answer -> assertThat(answer).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(true));
  }

  @Test
  void whileTooManyAreStuckEverythingIsRefused() {
    List<CompletableFuture<Boolean>> answers = ask(Guards.MAX_RUNNING + 10, stuck);
    await().until(() -> inside.get() == Guards.MAX_RUNNING);

    node.scheduler.advance(Guards.DEADLINE);
    List<CompletableFuture<Boolean>> late = ask(1, (connection, name) -> true);

    assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(false));
    assertThat(late.get(0)).isCompletedWithValue(false);
    assertThat(inside).hasValue(Guards.MAX_RUNNING);
    assertThat(node.metrics.hits(Limit.GUARDS)).isEqualTo(1);
    assertThat(node.metrics.hits(Limit.GUARD_TIMEOUT)).isEqualTo(Guards.MAX_RUNNING);
  }

  @Test
  void itGoesOnWhenTheyReturn() {
    ask(Guards.MAX_OVERDUE, stuck);
    await().until(() -> inside.get() == Guards.MAX_OVERDUE);
    node.scheduler.advance(Guards.DEADLINE);

    gate.countDown();

    await().until(() -> threads.tasks() == 0);
    assertThat(ask(1, (connection, name) -> true).get(0))
        .succeedsWithin(10, TimeUnit.SECONDS)
        .isEqualTo(true);
  }

  @Test
  void fewerStuckOnesLeaveTheOthersAlone() {
    ask(Guards.MAX_OVERDUE - 1, stuck);
    await().until(() -> inside.get() == Guards.MAX_OVERDUE - 1);

    node.scheduler.advance(Guards.DEADLINE);

    assertThat(ask(1, (connection, name) -> true).get(0))
        .succeedsWithin(10, TimeUnit.SECONDS)
        .isEqualTo(true);
  }

  private List<CompletableFuture<Boolean>> ask(int times, Guard guard) {
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      answers.add(guards.ask(List.of(guard), session, "room"));
    }
    return answers;
  }
}
