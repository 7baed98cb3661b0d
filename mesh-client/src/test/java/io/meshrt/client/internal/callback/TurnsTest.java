// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final List<Integer> made = new ArrayList<>();

  private final Turns turns =
      new Turns(
          tasks::add,
          this,
          new Turns.Calls() {
            @Override
            public boolean isEmpty() {
              return waiting.isEmpty();
            }

            @Override
            public @Nullable Runnable next() {
              return waiting.poll();
            }
          });

  @Test
  void callsAreMadeInOrderAndSomeInEachTurn() {
    for (int i = 0; i < 100; i++) {
      int number = i;
      waiting.add(() -> made.add(number));
    }

    turns.wake();
    tasks.remove().run();
    int afterOne = made.size();
    tasks.remove().run();

    assertThat(afterOne).isEqualTo(64);
    assertThat(made).hasSize(100).isSorted();
    assertThat(tasks).isEmpty();
  }

  @Test
  void aCallThatThrowsKeepsNoneFromBeingMade() {
    waiting.add(
        () -> {
          throw new IllegalStateException("first");
        });
    waiting.add(
        () -> {
          throw new StackOverflowError("second");
        });
    waiting.add(() -> made.add(3));

    turns.wake();
    tasks.remove().run();
    waiting.add(() -> made.add(4));
    turns.wake();
    tasks.remove().run();

    assertThat(made).containsExactly(3, 4);
  }

  @Test
  void whileTurnsAreTakenNoOtherIsAskedFor() {
    waiting.add(turns::wake);
    waiting.add(() -> made.add(1));

    turns.wake();
    turns.wake();

    assertThat(tasks).hasSize(1);
    tasks.remove().run();
    assertThat(made).containsExactly(1);
    assertThat(tasks).isEmpty();
  }
}
