// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.builtin;

import io.meshrt.client.ClientLimits;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.dialect.Dialect;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.session.ClientSession;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the built-in calls about one thing, such as a room, in order. A server that runs them in
 * the order of their arrival gets them at once; from another one the next is kept until the last
 * has been answered, since it might run them at the same time. What is put back on a new connection
 * goes ahead of what waits. Owned by the state thread.
 */
final class Lanes {
  private final Loop loop;
  private final ClientSession session;
  private final Duration timeout;
  private final ClientLimits limits;
  private final Map<String, Lane> lanes = new HashMap<>();
  private @Nullable Calls calls; // of the connection last made
  private boolean ordered;
  private boolean restoring;
  private int waitingSteps;
  private long waitingBytes;

  private static final class Lane {
    final ArrayDeque<Step> restoring = new ArrayDeque<>();
    final Set<Step> waiting = new LinkedHashSet<>();
    final Set<Step> running = new LinkedHashSet<>();
    boolean pumping;

    boolean idle() {
      return restoring.isEmpty() && waiting.isEmpty() && running.isEmpty();
    }
  }

  Lanes(Loop loop, ClientSession session, Duration timeout, ClientLimits limits) {
    this.loop = loop;
    this.session = session;
    this.timeout = timeout;
    this.limits = limits;
  }

  /** Makes a call in its turn; its timeout runs from now on. */
  void submit(Step step) {
    if (waitingSteps >= limits.maxQueuedCalls()
        || waitingBytes + step.bytes > limits.maxQueuedBytes()) {
      fail(step, new CommandException(ErrorCode.LIMIT, "Too many calls wait to be sent."));
      return;
    }
    step.startTimer(loop.schedule(timeout, () -> onTimeout(step)));
    Lane lane = lanes.computeIfAbsent(step.lane, key -> new Lane());
    enqueue(lane, step);
    pump(step.lane, lane);
  }

  /** Makes a call on the present connection, ahead of those that wait. */
  void restore(Step step) {
    Lane lane = lanes.computeIfAbsent(step.lane, key -> new Lane());
    lane.restoring.add(step);
    pump(step.lane, lane);
  }

  /**
   * There is a new connection. What an unordered server has not been sent yet is kept until {@link
   * #onRestored}, so that it is not sent beside what is put back.
   */
  void onConnected(Dialect dialect, Calls present) {
    calls = present;
    ordered = dialect.ordersBuiltIns();
    restoring = !ordered;
    lanes.values().forEach(lane -> lane.restoring.clear()); // of a connection that is no more
    if (ordered) {
      pumpAll();
    } else {
      lanes.values().forEach(this::withdraw);
    }
  }

  /** All that has to be put back has been given to {@link #restore}. */
  void onRestored() {
    restoring = false;
    pumpAll();
  }

  private void withdraw(Lane lane) {
    List<Step> kept = new ArrayList<>(lane.waiting);
    List<Step> unsent = new ArrayList<>(lane.running);
    lane.running.clear();
    lane.waiting.clear();
    for (Step step : unsent) {
      Call call = step.call();
      if (call != null) {
        session.forget(call);
      }
      step.onWithdrawn();
      enqueue(lane, step);
    }
    lane.waiting.addAll(kept);
  }

  private void enqueue(Lane lane, Step step) {
    lane.waiting.add(step);
    waitingSteps++;
    waitingBytes += step.bytes;
  }

  private boolean dequeue(Lane lane, Step step) {
    boolean there = lane.waiting.remove(step);
    if (there) {
      waitingSteps--;
      waitingBytes -= step.bytes;
    }
    return there;
  }

  private void pumpAll() {
    Map.copyOf(lanes).forEach(this::pump);
  }

  /** A loop and not a recursion: a step may end while it is being started. */
  private void pump(String key, Lane lane) {
    if (lane.pumping) {
      return;
    }
    lane.pumping = true;
    try {
      Step next = next(lane);
      while (next != null) {
        start(lane, next);
        next = next(lane);
      }
    } finally {
      lane.pumping = false;
    }
    if (lane.idle()) {
      lanes.remove(key, lane);
    }
  }

  private @Nullable Step next(Lane lane) {
    if (!ordered && !lane.running.isEmpty()) {
      return null;
    }
    Step step = lane.restoring.poll();
    if (step == null && !restoring && !lane.waiting.isEmpty()) {
      step = lane.waiting.iterator().next();
      dequeue(lane, step);
    }
    return step;
  }

  private void start(Lane lane, Step step) {
    RawJson payload = step.payload();
    if (payload == null) {
      step.end();
      return;
    }
    lane.running.add(step);
    Call call = Call.builtIn(step.name, payload, timeout, new StepOutcome(lane, step));
    step.onStarted(call);
    Calls present = calls;
    if (!step.restoring()) {
      session.submit(call);
    } else if (present != null) {
      present.submitFirst(call);
    }
  }

  private void onTimeout(Step step) {
    Lane lane = lanes.computeIfAbsent(step.lane, key -> new Lane());
    Call call = step.call();
    if (call != null) {
      session.forget(call);
    }
    dequeue(lane, step);
    lane.running.remove(step);
    long millis = timeout.toMillis();
    fail(
        step, new CommandException(ErrorCode.TIMEOUT, "Command timed out after " + millis + "ms."));
    pump(step.lane, lane);
  }

  private static void fail(Step step, CommandException failure) {
    if (step.end()) {
      step.outcome().onFailure(failure);
    }
  }

  private final class StepOutcome implements Call.Outcome {
    private final Lane lane;
    private final Step step;

    StepOutcome(Lane lane, Step step) {
      this.lane = lane;
      this.step = step;
    }

    @Override
    public void onReply(RawJson payload) {
      lane.running.remove(step);
      if (step.end()) {
        step.outcome().onReply(payload);
      }
      pump(step.lane, lane);
    }

    @Override
    public void onFailure(RuntimeException failure) {
      lane.running.remove(step);
      if (step.end()) {
        step.outcome().onFailure(failure);
      }
      pump(step.lane, lane);
    }
  }
}
