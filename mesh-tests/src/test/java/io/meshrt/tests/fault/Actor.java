// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import java.util.concurrent.atomic.AtomicInteger;

/** Does one kind of thing again and again, and knows what must have come of it. */
abstract class Actor {
  private final Tally tally;
  private final AtomicInteger wholeSteps = new AtomicInteger();
  private int steps;

  Actor(String name) {
    this.tally = new Tally(name);
  }

  /** What came of its calls. */
  final Tally tally() {
    return tally;
  }

  /** Whether its calls fail while Redis does. */
  boolean needsRedis() {
    return true;
  }

  /** Whether its calls fail while our keys hold something else. */
  boolean needsKeys() {
    return needsRedis();
  }

  /** Does the next step. For one thread. */
  final void next() {
    int before = tally.setbacks();
    try {
      step(steps++);
    } catch (Exception | AssertionError e) {
      tally.surprise(e);
    }
    if (tally.setbacks() == before) {
      wholeSteps.incrementAndGet();
    }
  }

  /** How many steps were done without any setback. */
  final int wholeSteps() {
    return wholeSteps.get();
  }

  /** One more; numbers count from 0. */
  abstract void step(int number) throws Exception;

  /** Repeats whatever has an unknown outcome; Redis works and no step runs. */
  void settle() throws Exception {}

  /** Checks what has to have come of all. */
  void verify() throws Exception {}
}
