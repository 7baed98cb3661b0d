// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.chaos;

import io.meshrt.faults.TcpProxy;
import java.util.List;

/**
 * Something that goes wrong for a while.
 *
 * @param from when it begins, in milliseconds since the beginning of its round
 * @param length how long it lasts, in milliseconds
 * @param part what it happens to
 * @param node which of the nodes, where it concerns one
 * @param harm what happens
 * @param direction of a link that is harmed in one direction
 * @param amount milliseconds of delay, bytes per second, bytes of a slice, or bytes before the cut
 */
record Fault(
    long from,
    long length,
    Part part,
    int node,
    Harm harm,
    TcpProxy.Direction direction,
    int amount) {

  /** Harm to one part never waits for, or mixes with, another harm to it. */
  enum Part {
    /** Between a node and its clients. */
    CLIENT_LINK,
    /** Between a node and Redis. */
    REDIS_LINK,
    /** The process of a node. */
    NODE,
    /** Redis. */
    REDIS;

    /** What can happen to it. */
    List<Harm> harms() {
      return switch (this) {
        case CLIENT_LINK, REDIS_LINK ->
            List.of(
                Harm.DELAY,
                Harm.THROTTLE,
                Harm.SLICE,
                Harm.FREEZE,
                Harm.FREEZE_ONE_DIRECTION,
                Harm.STRAND,
                Harm.CUT,
                Harm.CUT_AFTER,
                Harm.REFUSE);
        case NODE -> List.of(Harm.KILL, Harm.STOP);
        case REDIS ->
            List.of(Harm.KILL, Harm.STOP, Harm.PAUSE, Harm.WIPE, Harm.FORGET, Harm.FAIL_OVER);
      };
    }
  }

  /** What can happen. */
  enum Harm {
    DELAY,
    THROTTLE,
    SLICE,
    FREEZE,
    FREEZE_ONE_DIRECTION,
    STRAND,
    CUT,
    CUT_AFTER,
    REFUSE,
    KILL,
    STOP,
    PAUSE,
    WIPE,
    FORGET,
    FAIL_OVER;

    /** Whether Redis loses something that it had acknowledged. */
    boolean loses() {
      return this == WIPE || this == FORGET || this == FAIL_OVER;
    }
  }

  @Override
  public String toString() {
    String where = part == Part.REDIS ? "" : " of node " + node;
    return "%6.3f s: %s %s%s for %.3f s (%s, %d)"
        .formatted(from / 1_000.0, harm, part, where, length / 1_000.0, direction, amount);
  }
}
