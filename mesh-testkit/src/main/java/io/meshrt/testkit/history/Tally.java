// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import java.util.List;

/** Counts while a log is judged. Not thread-safe. */
final class Tally {
  long acknowledged;
  long unknown;
  long failed;
  long deliveries;
  long gaps;
  long excused;

  Verdict verdict(List<Violation> violations) {
    return new Verdict(violations, acknowledged, unknown, failed, deliveries, gaps, excused);
  }
}
