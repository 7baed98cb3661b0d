// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.builtin;

import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.core.codec.RawJson;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One built-in call that waits for its turn in a lane, or has it. Owned by the state thread. */
final class Step {
  final String lane;
  final String name;
  final int bytes;
  private final boolean restoring;
  private final Supplier<@Nullable RawJson> payload;
  private final Call.Outcome outcome;
  private boolean over;
  private @Nullable Call call;
  private Loop.@Nullable Timer timer;

  /**
   * A step.
   *
   * @param restoring whether it puts something back, and so ends with the connection
   * @param payload asked when the turn comes; null to do nothing then
   * @param bytes what it counts for while it waits
   */
  Step(
      String lane,
      String name,
      boolean restoring,
      Supplier<@Nullable RawJson> payload,
      int bytes,
      Call.Outcome outcome) {
    this.lane = lane;
    this.name = name;
    this.restoring = restoring;
    this.payload = payload;
    this.bytes = bytes;
    this.outcome = outcome;
  }

  boolean restoring() {
    return restoring;
  }

  @Nullable RawJson payload() {
    return payload.get();
  }

  void startTimer(Loop.Timer started) {
    timer = started;
  }

  void onStarted(Call started) {
    call = started;
  }

  /** The call made for this step; null while it waits. */
  @Nullable Call call() {
    return call;
  }

  void onWithdrawn() {
    call = null;
  }

  /** Ends the step without telling anybody; false when it had ended before. */
  boolean end() {
    if (over) {
      return false;
    }
    over = true;
    if (timer != null) {
      timer.cancel();
    }
    return true;
  }

  Call.Outcome outcome() {
    return outcome;
  }
}
