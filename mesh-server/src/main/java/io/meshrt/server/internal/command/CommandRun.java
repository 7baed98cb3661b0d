// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.AttributeKey;
import io.meshrt.server.command.CommandContext;
import io.meshrt.server.connection.Connection;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.metrics.Outcome;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import io.meshrt.server.internal.session.WaitingCommand;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of one command, from its start to its one answer.
 *
 * <p>It is answered by its result, its failure or its timeout, whichever comes first. Its place
 * among the running commands of the connection is free when it was answered and none of its parts
 * holds a thread any more: a handler that blocks for ever keeps the place, a stage that never
 * completes does not.
 */
final class CommandRun
    implements CommandContext, WaitingCommand, BiConsumer<@Nullable Object, @Nullable Throwable> {
  private static final int CLAIMED = 1;
  private static final int REPLIED = 2;

  /** One part of the chain that runs; their number is kept in the bits from here on. */
  private static final int PART = 4;

  private static final int OVER = CLAIMED | REPLIED;

  /** What a waiting run holds besides its payload, roughly. */
  private static final int BASE_BYTES = 256;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(CommandRun.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final RunServices services;
  private final Session session;
  private final Request request;
  private final CommandEntry entry;
  private final long startedNanos;
  private final Turns.@Nullable Turn turn;

  // Changed through STATE only. The first part is the one that starts the chain.
  private volatile int state = PART;

  // Written by the starting thread, read by the answering one.
  private volatile Scheduler.@Nullable Timer timer;

  // Created under this by the first attribute.
  private volatile @Nullable Map<AttributeKey<?>, Object> attributes;

  /** Not started; it ends the turn, which built-ins and ordered commands have. */
  CommandRun(
      RunServices services,
      Session session,
      Request request,
      CommandEntry entry,
      Turns.@Nullable Turn turn) {
    this.services = services;
    this.session = session;
    this.request = request;
    this.entry = entry;
    this.startedNanos = services.startNanos();
    this.turn = turn;
  }

  /**
   * Runs on an I/O thread a chain that never blocks; only a stage that is not done needs a timer.
   */
  void runInline() {
    runChain();
    if (!isAnswered()) {
      startTimer();
    }
  }

  @Override
  public void start() {
    if (!entry.chain().timedFromTurn()) {
      startTimer();
    }
    runChain();
  }

  @Override
  public void refuse(Failure failure) {
    if (claim()) {
      session.fail(request, failure);
      entry.meter().record(Outcome.REFUSED, elapsedNanos());
      endTurn(false);
    }
  }

  @Override
  public void drop() {
    endTurn(false);
  }

  @Override
  public int bytes() {
    return BASE_BYTES + request.payload().length();
  }

  /** Whether the answer is already decided; what comes now is dropped. */
  boolean isAnswered() {
    return (state & CLAIMED) != 0;
  }

  /**
   * Runs a further part of the chain on a handler thread, where it may block. Fails without running
   * it when there is no thread to be had or this run was answered.
   */
  CompletionStage<?> runOnHandlerThread(Step step) {
    if (!beginPart()) {
      return alreadyAnswered();
    }
    CompletableFuture<@Nullable Object> result = new CompletableFuture<>();
    Runnable part =
        () -> {
          try {
            Step.relay(runHere(step), result);
          } finally {
            endPart();
          }
        };
    if (!services.threads().tryExecute(part)) {
      endPart();
      return CompletableFuture.failedFuture(
          CommandException.unavailable(Failures.overloaded().message()));
    }
    return result;
  }

  /** Runs a further part of the chain in the caller's thread. */
  CompletionStage<?> runHere(Step step) {
    return isAnswered() ? alreadyAnswered() : step.runToStage(this);
  }

  /** Runs the step of a built-in when those before it are over. */
  CompletionStage<?> runInTurn(Step step) {
    return Objects.requireNonNull(turn).run(this, step);
  }

  CompletionStage<?> call(BuiltIn builtIn) {
    return new BuiltInCall(services, session, request, Objects.requireNonNull(turn)).run(builtIn);
  }

  private static CompletionStage<?> alreadyAnswered() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("the command was already answered"));
  }

  private void runChain() {
    try {
      settle(entry.chain().run(this));
    } catch (Throwable t) {
      fail(t);
    } finally {
      // Left behind, it would break the next command of this thread, or close an I/O thread's
      // sockets.
      Thread.interrupted();
      endPart();
    }
  }

  private void settle(@Nullable Object result) {
    if (result instanceof CompletionStage<?> stage) {
      CompletionStage<?> unused = stage.whenComplete(this);
    } else {
      succeed(result);
    }
  }

  /** The stage that the chain returned is complete. */
  @Override
  public void accept(@Nullable Object value, @Nullable Throwable failure) {
    if (failure == null) {
      succeed(value);
    } else {
      fail(failure);
    }
  }

  private void succeed(@Nullable Object value) {
    if (isAnswered()) {
      entry.meter().record(Outcome.LATE, elapsedNanos());
      return;
    }
    RawJson payload;
    try {
      payload = services.encode(value);
    } catch (Throwable t) {
      failUnexpectedly(t);
      return;
    }
    if (claim()) {
      try {
        session.reply(request, payload);
      } finally {
        finish(Outcome.OK);
      }
    }
  }

  private void fail(Throwable failure) {
    Throwable error = Failures.unwrap(failure);
    if (isAnswered()) {
      entry.meter().record(Outcome.LATE, elapsedNanos());
    } else if (error instanceof CommandException meant) {
      byte[] frame;
      try {
        frame = services.failure(session, request, meant);
      } catch (Throwable t) {
        failUnexpectedly(t);
        return;
      }
      answer(frame, Outcome.FAILED);
    } else {
      failUnexpectedly(error);
    }
  }

  private void failUnexpectedly(Throwable error) {
    if (claim()) {
      String errorId = services.newErrorId();
      Failure failure = services.failures().internal(error, errorId);
      try {
        services.report(session, request, error, errorId);
        session.fail(request, failure);
      } finally {
        finish(Outcome.ERROR);
      }
    }
  }

  private void answer(byte[] frame, Outcome outcome) {
    if (claim()) {
      try {
        session.offer(frame);
      } finally {
        finish(outcome);
      }
    }
  }

  void startTimer() {
    timer = services.scheduler().schedule(this::onTimeout, entry.timeout());
    if (isAnswered()) {
      endTime();
    }
  }

  private void onTimeout() {
    if (!isAnswered()) {
      services.reportTimeout(session, request, entry.timeout());
      Failure failure = Failures.timeout(entry.timeout());
      answer(session.dialect().failure(request, failure), Outcome.TIMEOUT);
    }
  }

  /** What comes now has an end of its own; false when the time was over, or this run answered. */
  boolean endTime() {
    Scheduler.Timer current = timer;
    return current != null && current.cancel();
  }

  /** Decides that the caller gives the one answer. */
  private boolean claim() {
    if (((int) STATE.getAndBitwiseOr(this, CLAIMED) & CLAIMED) != 0) {
      return false;
    }
    endTime();
    session.endRequest(request);
    return true;
  }

  private void finish(Outcome outcome) {
    entry.meter().record(outcome, elapsedNanos());
    endTurn(outcome == Outcome.OK);
    int before = (int) STATE.getAndBitwiseOr(this, REPLIED);
    onStep(before | REPLIED);
  }

  void endTurn(boolean replied) {
    if (turn != null) {
      turn.end(replied);
    }
  }

  private long elapsedNanos() {
    return services.elapsedNanos(startedNanos);
  }

  private boolean beginPart() {
    int current = state;
    while ((current & CLAIMED) == 0) {
      if (STATE.compareAndSet(this, current, current + PART)) {
        return true;
      }
      current = state;
    }
    return false;
  }

  private void endPart() {
    int before = (int) STATE.getAndAdd(this, -PART);
    onStep(before - PART);
  }

  private void onStep(int now) {
    if (now == OVER) {
      session.onCommandFinished();
    }
  }

  @Override
  public String command() {
    return Objects.requireNonNull(request.command());
  }

  @Override
  public Connection connection() {
    return session;
  }

  @Override
  public <T> @Nullable T payload(Class<T> type) {
    return request.payload().isNull() ? null : services.json().decode(request.payload(), type);
  }

  @Override
  public <T> @Nullable T payload(TypeReference<T> type) {
    return request.payload().isNull() ? null : services.json().decode(request.payload(), type);
  }

  @Override
  public JsonNode payload() {
    return services.json().tree(request.payload());
  }

  @Override
  public RawJson rawPayload() {
    return request.payload();
  }

  @Override
  @SuppressWarnings("unchecked") // attribute(key, value) stored a T
  public <T> @Nullable T attribute(AttributeKey<T> key) {
    Map<AttributeKey<?>, Object> current = attributes;
    return current == null ? null : (T) current.get(key);
  }

  @Override
  public <T> void attribute(AttributeKey<T> key, @Nullable T value) {
    if (value == null) {
      Map<AttributeKey<?>, Object> current = attributes;
      if (current != null) {
        current.remove(key);
      }
    } else {
      attributesForWriting().put(key, value);
    }
  }

  private synchronized Map<AttributeKey<?>, Object> attributesForWriting() {
    Map<AttributeKey<?>, Object> current = attributes;
    if (current == null) {
      current = new ConcurrentHashMap<>();
      attributes = current;
    }
    return current;
  }
}
