// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.command.CommandResult;
import io.meshrt.server.internal.dialect.Dialect;
import io.meshrt.server.internal.dialect.Failure;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import io.meshrt.server.internal.session.Session;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every run of a command needs. Shared, immutable. */
record RunServices(
    JsonValues json,
    Scheduler scheduler,
    HandlerThreads threads,
    ServerMetrics metrics,
    Failures failures,
    FailureListener listener,
    Supplier<String> errorIds,
    int maxReplyBytes,
    boolean measured) {
  private static final int FRAME_HEADER_BYTES = 10;
  private static final Logger log = LoggerFactory.getLogger(RunServices.class);

  /** When a run starts; 0 when nobody measures. */
  long startNanos() {
    return measured ? scheduler.nanoTime() : 0;
  }

  /** How long a run has taken; 0 when nobody measures. */
  long elapsedNanos(long startedNanos) {
    return measured ? scheduler.nanoTime() - startedNanos : 0;
  }

  /** The answer that tells a failure, or another one that could wait in an empty outbox. */
  byte[] failure(Session session, Request request, CommandException meant) {
    Dialect dialect = session.dialect();
    Failure failure = Failure.of(meant);
    byte[] frame =
        meant instanceof BuiltInFailure
            ? dialect.builtInFailure(request, failure)
            : dialect.failure(request, failure);
    return frame.length + FRAME_HEADER_BYTES > maxReplyBytes
        ? dialect.failure(request, Failures.tooLarge())
        : frame;
  }

  /** What a chain returned, as JSON; null for nothing. */
  @Nullable RawJson encode(@Nullable Object value) {
    if (value instanceof CommandResult) {
      return null;
    }
    if (value instanceof CompletionStage || value instanceof Future) {
      throw new IllegalStateException("the result is a stage inside a stage, or a bare Future");
    }
    return json.encode(value);
  }

  String newErrorId() {
    return errorIds.get();
  }

  /**
   * One log line and one event for a failure that is answered as {@code ESERVER}. Does not throw:
   * the answer waits behind it, and the error is the application's, down to its own text.
   */
  void report(Session session, Request request, Throwable error, String errorId) {
    String name = LogText.of(request.name());
    try {
      log.error(
          "command {} of connection {} failed, error id {}", name, session.id(), errorId, error);
    } catch (Throwable unprintable) {
      log.error(
          "command {} of connection {} failed, error id {}, with a {} that cannot be printed",
          name,
          session.id(),
          errorId,
          error.getClass().getName());
    }
    listener.onFailure(session, error);
  }

  /** One log line for a command that took too long. */
  void reportTimeout(Session session, Request request, Duration timeout) {
    metrics.limitHit(Limit.COMMAND_TIMEOUT);
    log.warn(
        "command {} of connection {} was not answered within {} ms",
        LogText.of(request.name()),
        session.id(),
        timeout.toMillis());
  }
}
