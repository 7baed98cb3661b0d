// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.call;

import io.meshrt.client.internal.loop.Loop;
import io.meshrt.core.codec.RawJson;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One call. Its state belongs to the state thread. */
public final class Call {
  private static final long NOT_SENT = 0;

  private final String name;
  private final boolean builtIn;
  private final boolean raw;
  private final RawJson payload;
  private final Duration timeout;
  private final Outcome outcome;

  private long id = NOT_SENT;
  private boolean settled;
  private Loop.@Nullable Timer timer;

  /** Told how the call ended: exactly one of the two, once, on the state thread. */
  public interface Outcome {
    /** The server answered. */
    void onReply(RawJson payload);

    /** The call failed. */
    void onFailure(RuntimeException failure);
  }

  private Call(
      String name,
      boolean builtIn,
      boolean raw,
      RawJson payload,
      Duration timeout,
      Outcome outcome) {
    this.name = name;
    this.builtIn = builtIn;
    this.raw = raw;
    this.payload = payload;
    this.timeout = timeout;
    this.outcome = outcome;
  }

  /**
   * A call of an application command.
   *
   * @param raw whether a failure that hides in the payload of a legacy reply counts as a result
   * @param timeout from now on, waiting included
   */
  public static Call of(
      String name, boolean raw, RawJson payload, Duration timeout, Outcome outcome) {
    return new Call(name, false, raw, payload, timeout, outcome);
  }

  /** A call of a built-in command, named without its prefix. */
  public static Call builtIn(String bareName, RawJson payload, Duration timeout, Outcome outcome) {
    return new Call(bareName, true, false, payload, timeout, outcome);
  }

  boolean raw() {
    return raw;
  }

  String name() {
    return name;
  }

  boolean builtIn() {
    return builtIn;
  }

  RawJson payload() {
    return payload;
  }

  Duration timeout() {
    return timeout;
  }

  /** What it counts for in the bounds. */
  int bytes() {
    return payload.length() + name.length();
  }

  boolean settled() {
    return settled;
  }

  boolean sent() {
    return id != NOT_SENT;
  }

  long id() {
    return id;
  }

  void onSent(long id) {
    this.id = id;
  }

  void startTimer(Loop loop, Runnable onTimeout) {
    timer = loop.schedule(timeout, onTimeout);
  }

  /** Ends the call without telling anybody; false when it had ended before. */
  boolean settle() {
    if (settled) {
      return false;
    }
    settled = true;
    if (timer != null) {
      timer.cancel();
    }
    return true;
  }

  void reply(RawJson result) {
    if (settle()) {
      outcome.onReply(result);
    }
  }

  void fail(RuntimeException failure) {
    if (settle()) {
      outcome.onFailure(failure);
    }
  }
}
