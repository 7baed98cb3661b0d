// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshrt.server.fakes.ManualScheduler;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Tokens;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Stamps tell which of two versions is the later one. */
class StampsTest {
  private final ManualScheduler time = new ManualScheduler();
  private final ManualScheduler slowTime = new ManualScheduler();
  private final Stamps stamps = new Stamps(new Tokens(7), time);
  private final Stamps slow = new Stamps(new Tokens(8), slowTime);

  @Test
  void theyGrowFromWriteToWriteAlsoBetweenNodesWhoseClocksDiffer() {
    time.advance(Duration.ofMinutes(5));

    String last = "";
    for (int i = 0; i < 100; i++) {
      String next = i % 2 == 0 ? stamps.after(last) : slow.after(last);
      assertThat(next).isGreaterThan(last);
      last = next;
    }
  }

  @Test
  void whereNothingLinksThemTheClockDecides() {
    String before = stamps.after("");
    time.advance(Duration.ofMillis(1));

    assertThat(stamps.after("")).isGreaterThan(before);
  }

  @Test
  void theyTellWhenItWas() {
    String stamp = stamps.after("");

    assertThat(Stamps.timeMillis(stamp)).isEqualTo(time.currentTimeMillis());
    assertThat(Stamps.timeMillis("")).isZero();
    assertThat(Stamps.timeMillis("not-one-of-these")).isZero();
  }

  @Test
  void noneComesTwiceAndAllAreStampsOfTheStore() {
    Set<String> made = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      made.add(stamps.after(""));
      made.add(slow.after(""));
    }

    assertThat(made).hasSize(2_000).allMatch(stamp -> Store.STAMP.matcher(stamp).matches());
  }

  @Test
  void aForeignStampIsFollowedByOneOfOurs() {
    assertThat(stamps.after("0zzzz-foreign")).hasSizeGreaterThan(11);
  }
}
