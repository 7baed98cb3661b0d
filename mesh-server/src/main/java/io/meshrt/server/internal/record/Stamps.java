// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.schedule.Scheduler;

/*
 * A stamp begins with a time in microseconds, always in as many letters, so stamps compare as texts.
 * It is the time of the write, or one more than that of the version the write is based on, if that is
 * later. So along the writes of a record stamps grow, whatever the clocks of the nodes say, and clocks
 * decide only where nothing links two writes: when one of them was lost or forgotten meanwhile.
 */
/** Stamps of versions of records. Thread-safe. */
final class Stamps {
  private static final int RADIX = 36;
  private static final int TIME_LETTERS = 11;

  private final Tokens tokens;
  private final Scheduler scheduler;

  Stamps(Tokens tokens, Scheduler scheduler) {
    this.tokens = tokens;
    this.scheduler = scheduler;
  }

  /** The stamp of a version that is based on the one with another stamp; empty for none. */
  String after(String base) {
    long micros = Math.max(scheduler.currentTimeMillis() * 1_000, micros(base) + 1);
    String time = Long.toString(micros, RADIX);
    return "0".repeat(TIME_LETTERS - time.length()) + time + tokens.next();
  }

  /** When a version was written, in ms since the epoch; 0 if its stamp is not one of these. */
  static long timeMillis(String stamp) {
    return micros(stamp) / 1_000;
  }

  private static long micros(String stamp) {
    try {
      return stamp.length() < TIME_LETTERS ? 0 : Long.parseLong(stamp, 0, TIME_LETTERS, RADIX);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
