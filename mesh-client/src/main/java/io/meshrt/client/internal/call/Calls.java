// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.call;

import io.meshrt.client.internal.loop.Loop;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.core.protocol.RequestId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All calls of a client: those that wait, because there is no connection or the server has enough
 * to do, and those in flight on the present one. Confined to the state thread.
 */
public final class Calls {
  private final Loop loop;
  private final CallQueue queue;
  private final Map<Long, Call> inFlight = new HashMap<>();
  private long bytesInFlight;
  private @Nullable CallLine line;
  private boolean open;
  private boolean pumping;
  private @Nullable Runnable whenIdle;
  private @Nullable Runnable whenAnswered;

  /** No calls yet; at most {@code maxQueued} with {@code maxQueuedBytes} will wait. */
  public Calls(Loop loop, int maxQueued, int maxQueuedBytes) {
    this.loop = loop;
    this.queue = new CallQueue(maxQueued, maxQueuedBytes);
  }

  /** Makes a call: sends it as soon as there is a connection that takes it. */
  public void submit(Call call) {
    if (call.settled()) {
      return;
    }
    if (!queue.offer(call)) {
      call.fail(new CommandException(ErrorCode.LIMIT, "Too many calls wait to be sent."));
      return;
    }
    call.startTimer(loop, () -> onTimeout(call));
    pump();
  }

  /** Fails a call without making it. */
  public void refuse(Call call, CommandException reason) {
    call.fail(reason);
  }

  /**
   * Makes a call ahead of all that wait, also before {@link #open}: for what has to be in place
   * when they run.
   */
  public void submitFirst(Call call) {
    CallLine present = line;
    if (present == null) {
      call.fail(connectionLost());
      return;
    }
    call.startTimer(loop, () -> onTimeout(call));
    send(call, present);
  }

  /** Forgets a call whose caller is not interested any more; its reply will be ignored. */
  public void forget(Call call) {
    if (call.settle()) {
      release(call);
      afterRelease();
    }
  }

  /** There is a connection; until {@link #open} only {@link #submitFirst} uses it. */
  public void attach(CallLine line) {
    this.line = line;
  }

  /** What waits may be sent. */
  public void open() {
    open = true;
    whenAnswered = null;
    pump();
  }

  /**
   * What waits goes on waiting, for the next connection or {@link #open}; {@code action} runs once
   * nothing is in flight, perhaps at once.
   */
  public void pause(Runnable action) {
    open = false;
    whenAnswered = action;
    tellIfAnswered();
  }

  /** The connection is gone, and with it the answers to what was in flight. */
  public void detach() {
    open = false;
    whenAnswered = null;
    line = null;
    List<Call> lost = new ArrayList<>(inFlight.values());
    inFlight.clear();
    bytesInFlight = 0;
    lost.forEach(call -> call.fail(connectionLost()));
  }

  /** Fails everything that waits or is in flight. */
  public void failAll(ErrorCode code, String message, @Nullable Throwable cause) {
    List<Call> all = new ArrayList<>(inFlight.values());
    inFlight.clear();
    bytesInFlight = 0;
    all.addAll(queue.removeAll());
    all.forEach(
        call -> {
          CommandException failure = new CommandException(code, message);
          if (cause != null) {
            failure.initCause(cause);
          }
          call.fail(failure);
        });
    tellIfIdle();
  }

  /** A reply came; one that nobody waits for is ignored. */
  public void onReply(RequestId id, RawJson payload, @Nullable CommandException failure) {
    Call call = inFlight.get(id.number());
    if (call == null) {
      return;
    }
    release(call);
    CommandException failed = failure == null ? hiddenFailure(call, payload) : failure;
    if (failed == null) {
      call.reply(payload);
    } else {
      call.fail(failed);
    }
    afterRelease();
  }

  private @Nullable CommandException hiddenFailure(Call call, RawJson payload) {
    CallLine present = line;
    if (present == null || call.raw()) {
      return null;
    }
    return call.builtIn()
        ? present.dialect().failureInBuiltIn(call.name(), payload)
        : present.dialect().failureIn(payload);
  }

  /** The connection takes frames again. */
  public void onRoom() {
    pump();
  }

  /** Runs {@code action} once nothing waits and nothing is in flight, perhaps at once. */
  public void whenIdle(Runnable action) {
    whenIdle = action;
    tellIfIdle();
  }

  private void onTimeout(Call call) {
    if (!call.settled()) {
      release(call);
      long millis = call.timeout().toMillis();
      call.fail(
          new CommandException(ErrorCode.TIMEOUT, "Command timed out after " + millis + "ms."));
      afterRelease();
    }
  }

  private void release(Call call) {
    queue.remove(call);
    if (call.sent() && inFlight.remove(call.id(), call)) {
      bytesInFlight -= call.bytes();
    }
  }

  private void afterRelease() {
    pump();
    tellIfAnswered();
    tellIfIdle();
  }

  private void pump() {
    CallLine present = line;
    if (!open || pumping || present == null) {
      return;
    }
    pumping = true;
    try {
      Call next = queue.peek();
      while (next != null && open && admits(next, present)) {
        queue.remove(next);
        send(next, present);
        next = queue.peek();
      }
    } finally {
      pumping = false;
    }
    tellIfIdle();
  }

  private boolean admits(Call call, CallLine present) {
    return present.hasRoomFor(call.bytes())
        && present.limits().admits(inFlight.size(), bytesInFlight, call.bytes());
  }

  private void send(Call call, CallLine present) {
    CommandException lack = call.builtIn() ? present.dialect().lackOf(call.name()) : null;
    if (lack != null) {
      call.fail(lack);
      return;
    }
    long id = present.nextId();
    byte[] frame =
        call.builtIn()
            ? present.dialect().callBuiltIn(id, call.name(), call.payload())
            : present.dialect().call(id, call.name(), call.payload());
    int max = present.limits().maxMessageBytes();
    if (frame.length > max) {
      call.fail(
          new CommandException(
              ErrorCode.TOO_LARGE, "The server takes messages of at most " + max + " bytes."));
      return;
    }
    call.onSent(id);
    inFlight.put(id, call);
    bytesInFlight += call.bytes();
    present.send(frame);
  }

  private void tellIfAnswered() {
    Runnable action = whenAnswered;
    if (action != null && inFlight.isEmpty()) {
      whenAnswered = null;
      action.run();
    }
  }

  private void tellIfIdle() {
    Runnable action = whenIdle;
    if (action != null && queue.isEmpty() && inFlight.isEmpty()) {
      whenIdle = null;
      action.run();
    }
  }

  private static CommandException connectionLost() {
    return new CommandException(
        ErrorCode.CONNECTION_LOST, "The connection was lost; the outcome is unknown.");
  }
}
