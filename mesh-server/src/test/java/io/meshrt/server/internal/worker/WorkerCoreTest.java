// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.internal.worker.WorkerRig.Worker;
import io.meshrt.server.worker.Distribution;
import io.meshrt.server.worker.WorkGap;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose work it is, in which order it is done, and what happens when somebody dies. */
class WorkerCoreTest {
  private final WorkerRig rig = new WorkerRig();

  @Test
  void workersShareEvenlyAndGiveUpWhatIsTooMuch() {
    Worker one = rig.start("w1");
    int alone = one.partitions;
    Worker two = rig.start("w2");
    Worker three = rig.start("w3");

    assertThat(alone).isEqualTo(WorkGroup.PARTITIONS);
    assertThat(one.partitions + two.partitions + three.partitions).isEqualTo(16);
    assertThat(one.partitions).isBetween(5, 6);
    assertThat(two.partitions).isBetween(5, 6);
  }

  @Test
  void closingGivesEverythingBackWhenWhatRunsHasEnded() {
    Worker one = rig.start("w1");
    rig.send("a", "c1");
    Worker two = rig.start("w2");

    CompletableFuture<?> closed = one.core.close();
    rig.advance(Duration.ofSeconds(2));
    boolean early = closed.isDone();
    one.end(0);
    rig.advance(Duration.ofSeconds(2));

    assertThat(early).isFalse();
    assertThat(closed).isCompleted();
    assertThat(two.partitions).isEqualTo(16);
    assertThat(two.begun).isEmpty();
  }

  @Test
  void workOfOneClientIsDoneInOrderAndThatOfOthersMeanwhile() {
    Worker worker = rig.start("w1");
    rig.send("a1", "c1");
    rig.send("a2", "c1");
    rig.send("b1", "c2");

    assertThat(worker.ids()).containsExactly("a1", "b1");
    worker.end(0);
    assertThat(worker.ids()).containsExactly("a1", "b1", "a2");
  }

  @Test
  void sharedWorkHasNoOrder() {
    Worker worker = rig.start("w1", 2, Distribution.SHARED);
    rig.send("a1", "c1");
    rig.send("a2", "c1");
    rig.send("a3", "c1");

    assertThat(worker.ids()).containsExactly("a1", "a2");
    worker.end(1);
    assertThat(worker.ids()).containsExactly("a1", "a2", "a3");
  }

  @Test
  void noMoreRunsThanMay() {
    Worker worker = rig.start("w1", 3, Distribution.PARTITION);
    for (int i = 0; i < 10; i++) {
      rig.send("a" + i, "c" + i);
    }

    assertThat(worker.begun).hasSize(3);
    worker.end(0);
    assertThat(worker.begun).hasSize(4);
  }

  @Test
  void anotherWorkerDoesWhatADeadOneLeft() {
    Worker dead = rig.start("w1");
    rig.send("done", "c1");
    dead.end(0);
    rig.send("begun", "c1");
    rig.send("waiting", "c1");
    rig.advance(Duration.ofMillis(500));

    dead.frozen = true;
    Worker other = rig.start("w2");
    int early = other.partitions;
    rig.advance(Duration.ofSeconds(10));

    assertThat(early).isZero();
    assertThat(other.partitions).isEqualTo(16);
    assertThat(other.ids()).containsExactly("begun");
    assertThat(other.begun.get(0).deliveryCount()).isEqualTo(2);
    other.end(0);
    assertThat(other.ids()).containsExactly("begun", "waiting");
    assertThat(other.begun.get(1).deliveryCount()).isEqualTo(1);
  }

  @Test
  void whoWasTakenForDeadChangesNothingAndBeginsNothing() {
    Worker late = rig.start("w1");
    rig.send("a", "c1");
    rig.advance(Duration.ofMillis(500));
    late.frozen = true;
    Worker other = rig.start("w2");
    rig.advance(Duration.ofSeconds(12));
    other.end(0);
    rig.send("b", "c1");

    late.wake();
    rig.advance(Duration.ofSeconds(8));
    late.end(0);
    rig.advance(Duration.ofSeconds(8));

    assertThat(late.ids()).containsExactly("a");
    assertThat(other.ids()).containsExactly("a", "b");
    assertThat(late.partitions + other.partitions).isEqualTo(16);
  }

  @Test
  void whatIsDoneIsNotDoneAgainThoughItIsPublishedAgain() {
    Worker worker = rig.start("w1");
    rig.send("a", "c1");
    worker.end(0);
    rig.advance(Duration.ofSeconds(70)); // the topic has forgotten the id

    rig.send("a", "c1");

    assertThat(worker.begun).hasSize(1);
    assertThat(worker.repeated).isEqualTo(1);
  }

  @Test
  void workThatWaitedTooLongIsTold() {
    Worker first = rig.start("w1");
    rig.send("a", "c1");
    first.end(0);
    rig.advance(Duration.ofSeconds(1));
    CompletableFuture<?> closed = first.core.close();
    rig.advance(Duration.ofSeconds(1));
    rig.send("lost", "c1");
    rig.advance(Duration.ofSeconds(61));

    Worker second = rig.start("w2");

    assertThat(closed).isCompleted();
    assertThat(second.begun).isEmpty();
    assertThat(second.gaps).extracting(WorkGap::count).containsExactly(1L);
  }

  @Test
  void moreThanIsReadAheadIsDoneToo() {
    Worker worker = rig.start("w1", 1, Distribution.PARTITION);
    int all = Places.MAX_JOBS + 50;
    for (int i = 0; i < all; i++) {
      rig.send("a" + i, "c1");
    }

    for (int i = 0; i < all; i++) {
      worker.end(i);
    }

    assertThat(worker.ids()).hasSize(all).doesNotHaveDuplicates();
    assertThat(worker.ids().get(all - 1)).isEqualTo("a" + (all - 1));
  }

  @Test
  void whatWaitedTooLongForAThreadIsNotBegun() {
    Worker worker = rig.start("w1");
    worker.threadsBusy = true;
    rig.send("late", "c1", "n1", Duration.ofSeconds(2));
    rig.send("next", "c1", "n1", Duration.ofSeconds(20));

    rig.advance(Duration.ofSeconds(3));
    worker.threadsBusy = false;
    rig.settle();

    assertThat(worker.ids()).containsExactly("next");
    assertThat(worker.begun.get(0).deliveryCount()).isEqualTo(1);
    assertThat(worker.expired).isEqualTo(1);
  }

  @Test
  void whatWaitedForAThreadUntilNearTheEndIsSaidToBeginFirst() {
    List<String> heard = rig.begunHeardBy("n9");
    Worker worker = rig.start("w1");
    worker.threadsBusy = true;
    rig.send("a", "c1", "n9", Duration.ofSeconds(2));
    rig.advance(Duration.ofMillis(1_700));

    worker.threadsBusy = false;
    rig.settle();

    assertThat(worker.ids()).containsExactly("a");
    assertThat(worker.begun.get(0).deliveryCount()).isEqualTo(1);
    assertThat(heard).containsExactly("a");
  }

  @Test
  void whatWaitedForAThreadIsNotBegunWhenSomebodyElseMayDoIt() {
    Worker late = rig.start("w1");
    late.threadsBusy = true;
    rig.send("a", "c1");
    rig.advance(Duration.ofMillis(500));
    late.frozen = true;
    Worker other = rig.start("w2");
    rig.advance(Duration.ofSeconds(12));

    late.threadsBusy = false;
    late.wake();
    rig.advance(Duration.ofSeconds(8));

    assertThat(other.ids()).containsExactly("a");
    assertThat(late.ids()).isEmpty();
  }

  @Test
  void theWordThatACommandHasBegunIsRepeatedUntilItIsAccepted() {
    Worker worker = rig.start("w1");
    rig.send("a", "c1", "n9", Duration.ofSeconds(20));
    rig.advance(Duration.ofSeconds(5));

    List<String> heard = rig.begunHeardBy("n9");
    rig.advance(Duration.ofSeconds(5));

    assertThat(worker.ids()).containsExactly("a");
    assertThat(heard).containsExactly("a");
  }

  @Test
  void oneClientWithMuchWorkLeavesRoomForTheOthers() {
    Worker worker = rig.start("w1");
    int partition = WorkGroup.partitionOf("c1");
    String neighbour =
        Stream.iterate(0, i -> i + 1)
            .map(i -> "n" + i)
            .filter(name -> WorkGroup.partitionOf(name) == partition)
            .findFirst()
            .orElseThrow();
    int all = Places.MAX_JOBS + 50;
    for (int i = 0; i < all; i++) {
      rig.send("a" + i, "c1");
    }

    rig.send("b", neighbour);

    assertThat(worker.ids()).containsExactly("a0", "b");
    worker.end(1);
    worker.end(0);
    for (int i = 2; i <= all; i++) {
      worker.end(i);
    }
    assertThat(worker.ids()).hasSize(all + 1).doesNotHaveDuplicates();
    assertThat(worker.ids().get(all)).isEqualTo("a" + (all - 1));
  }

  @Test
  void whatRunsIsNotRunAgainThoughItIsPublishedAgain() {
    Worker worker = rig.start("w1");
    rig.send("a", "c1");
    rig.advance(Duration.ofSeconds(70)); // the topic has forgotten the id

    rig.send("a", "c1");
    rig.send("b", "c1");
    worker.end(0);

    assertThat(worker.ids()).containsExactly("a", "b");
    assertThat(worker.repeated).isEqualTo(1);
  }
}
