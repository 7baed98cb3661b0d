// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.faults.TcpProxy.Direction;
import io.meshrt.tests.chaos.Fault.Harm;
import io.meshrt.tests.chaos.Fault.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** What goes wrong in one round of a chaos run: always the same for a seed and a round. */
final class FaultPlan {
  private static final int LONGEST_PAUSE_MILLIS = 3_000;

  /** Longer, as it takes a node some time to start. */
  private static final int LONGEST_PAUSE_OF_NODES_MILLIS = 10_000;

  private static final int LONGEST_SLICING_MILLIS = 2_000;

  private final List<Fault> faults = new ArrayList<>();

  /**
   * Draws a plan.
   *
   * @param millis length of the round
   */
  FaultPlan(long seed, int round, int millis, int nodes) {
    for (Part part : Part.values()) {
      Random random = new Random(31 * (31 * seed + round) + part.name().hashCode());
      int pause = part == Part.NODE ? LONGEST_PAUSE_OF_NODES_MILLIS : LONGEST_PAUSE_MILLIS;
      boolean lost = false;
      long now = random.nextInt(pause);
      while (now < millis) {
        Fault fault = draw(random, part, now, nodes, !lost);
        lost |= fault.harm().loses();
        faults.add(fault);
        now += fault.length() + 1 + random.nextInt(pause);
      }
    }
    faults.sort(Comparator.comparingLong(Fault::from));
  }

  /** At most one loss in a round, so that whatever is told of it is told before the next. */
  private static Fault draw(Random random, Part part, long now, int nodes, boolean mayLose) {
    Harm harm;
    do {
      harm = part.harms().get(random.nextInt(part.harms().size()));
    } while (harm.loses() && !mayLose);
    long length = length(random);
    return new Fault(
        now,
        harm == Harm.SLICE ? Math.min(length, LONGEST_SLICING_MILLIS) : length,
        part,
        random.nextInt(nodes),
        harm,
        random.nextBoolean() ? Direction.TO_CLIENT : Direction.TO_SERVER,
        amount(random, harm));
  }

  /** Mostly short; now and then longer than a lease. */
  private static long length(Random random) {
    return switch (random.nextInt(6)) {
      case 0, 1, 2 -> 20 + random.nextInt(500);
      case 3, 4 -> 500 + random.nextInt(2_500);
      default -> 3_000 + random.nextInt(5_000);
    };
  }

  private static int amount(Random random, Harm harm) {
    return switch (harm) {
      case DELAY -> 5 + random.nextInt(300);
      case THROTTLE -> 1_000 + random.nextInt(50_000);
      case SLICE -> 1 + random.nextInt(3);
      case CUT_AFTER -> 1 + random.nextInt(20_000);
      default -> 0;
    };
  }

  /** In the order in which they begin; those of one part do not overlap. */
  List<Fault> faults() {
    return faults;
  }

  @Override
  public String toString() {
    return faults.stream().map(fault -> "\n  " + fault).collect(Collectors.joining());
  }
}
