// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InFlightIdsTest {
  private final InFlightIds ids = new InFlightIds();

  @Test
  void anIdIsInOnceUntilItIsRemoved() {
    boolean first = ids.add(0);
    boolean again = ids.add(0);
    ids.remove(0);
    boolean afterwards = ids.add(0);

    assertThat(first).isTrue();
    assertThat(again).isFalse();
    assertThat(afterwards).isTrue();
  }

  @Test
  void removingWhatIsNotInChangesNothing() {
    ids.add(5);
    ids.add(6);

    ids.remove(7);

    assertThat(ids.add(5)).isFalse();
    assertThat(ids.add(6)).isFalse();
  }

  @Test
  void agreesWithASetThroughRandomUse() {
    SplittableRandom random = new SplittableRandom(42);
    Set<Long> expected = new HashSet<>();

    for (int step = 0; step < 200_000; step++) {
      long id = random.nextLong(step % 2_000 < 1_000 ? 300 : 20);
      if (random.nextBoolean()) {
        assertThat(ids.add(id)).isEqualTo(expected.add(id));
      } else {
        ids.remove(id);
        expected.remove(id);
      }
    }
  }
}
