// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.internal.cluster.Position;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is done stays done, whatever the order. */
class ProgressTest {
  private final Progress progress = new Progress();

  @Test
  void advancesOverWhatIsDoneWithoutHoles() {
    progress.reset(new Position("e", 10));

    progress.done(12);
    Position before = progress.through();
    progress.done(11);

    assertThat(before.offset()).isEqualTo(10);
    assertThat(progress.through()).isEqualTo(new Position("e", 12));
    assertThat(progress.isDone(12)).isTrue();
    assertThat(progress.isDone(13)).isFalse();
  }

  @Test
  void agreesWithASetOfOffsets() {
    Random random = new Random(5);
    BitSet done = new BitSet();
    progress.reset(new Position("e", 0));

    for (int i = 0; i < 2_000; i++) {
      int first = 1 + random.nextInt(500);
      int last = Math.min(500, first + random.nextInt(4));
      progress.done(first, last);
      done.set(first, last + 1);
      progress.begin(1_000 + i);

      assertThat(progress.through().offset()).isEqualTo(done.nextClearBit(1) - 1);
    }
    Progress read = Progress.decode(progress.encode());
    for (int offset = 1; offset <= 510; offset++) {
      assertThat(progress.isDone(offset)).isEqualTo(done.get(offset));
      assertThat(read.isDone(offset)).isEqualTo(done.get(offset));
    }
  }

  @Test
  void countsDeliveriesUntilOneIsDone() {
    progress.reset(new Position("e", 0));

    assertThat(progress.begin(3)).isEqualTo(1);
    Progress next = Progress.decode(progress.encode());

    assertThat(next.begin(3)).isEqualTo(2);
    next.done(3);
    assertThat(Progress.decode(next.encode()).begin(3)).isEqualTo(1);
  }

  @Test
  void ofWhatCannotBeReadNothingIsDone() {
    for (String garbage :
        new String[] {
          "",
          "what",
          "[]",
          "{\"epoch\":\"e\",\"through\":-3}",
          "{\"epoch\":\"e\",\"through\":3,\"beyond\":[[2,9]]}",
          "{\"epoch\":\"e\",\"through\":3,\"beyond\":[[9,7]]}",
          "{\"epoch\":\"e\",\"through\":3,\"begun\":{\"x\":1}}"
        }) {
      assertThat(Progress.decode(garbage.getBytes(UTF_8)).through()).isEqualTo(Position.NONE);
    }
  }

  @Test
  void tellsHowMuchOfWhatIsMissingWasNotDone() {
    progress.reset(new Position("e", 10));
    progress.done(12);
    progress.done(15, 16);

    assertThat(progress.done(5, 17)).isEqualTo(4); // 11, 13, 14 and 17
    assertThat(progress.done(1, 17)).isZero();
    assertThat(progress.done(20, 21)).isEqualTo(2);
  }
}
