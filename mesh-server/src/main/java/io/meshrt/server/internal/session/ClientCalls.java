// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.dialect.ApplicationNames;
import io.meshrt.server.internal.dialect.Inbound;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one client by the server that wait for its answer. Futures complete on handler threads,
 * because what hangs on them is the application's. Thread-safe; guarded by this.
 */
final class ClientCalls {
  private final Session session;

  /** Made when the first call is. */
  private @Nullable Map<Long, Call<?>> calls;

  private long lastId;
  private boolean closed;

  ClientCalls(Session session) {
    this.session = session;
  }

  /** Sends a call. Does not throw; the future always completes. */
  <T extends @Nullable Object> CompletableFuture<T> call(
      String name,
      @Nullable Object payload,
      Duration timeout,
      Function<RawJson, @Nullable T> decoder) {
    try {
      RawJson json = session.services().json().encode(payload);
      return call(ApplicationNames.require(name), json, timeout, new Call<>(decoder));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T extends @Nullable Object> CompletableFuture<T> call(
      String name, RawJson payload, Duration timeout, Call<T> call) {
    long id = register(call);
    if (id < 0) {
      return CompletableFuture.failedFuture(refusal(id));
    }
    // However it ends: the caller may cancel it.
    var unused = call.future.whenComplete((value, error) -> forget(id, call));
    byte[] frame = session.dialect().call(id, name, payload).orElse(null);
    if (frame == null) {
      call.fail(ErrorCode.UNAVAILABLE, "the client's protocol generation cannot answer commands");
    } else if (session.outbox().isTooLarge(frame)) {
      call.fail(ErrorCode.TOO_LARGE, "the call is larger than the client's outbox");
    } else {
      call.expireAfter(timeout);
      if (!session.offer(frame)) {
        call.fail(ErrorCode.CLOSED, "the connection is closed");
      }
    }
    return call.future;
  }

  /** The client answered. Answers to calls that are over are dropped. */
  void onReply(Inbound.Reply reply) {
    Call<?> call = take(reply.id());
    if (call != null) {
      call.cancelTimer();
      session.services().threads().execute(() -> call.complete(reply));
    }
  }

  /** Fails everything that waits, and everything to come. */
  void close() {
    List<Call<?>> lost;
    synchronized (this) {
      closed = true;
      lost = calls == null ? List.of() : List.copyOf(calls.values());
      calls = null;
    }
    for (Call<?> call : lost) {
      call.cancelTimer();
      call.failLater(ErrorCode.CONNECTION_LOST, "the connection was lost");
    }
  }

  private static final int IS_CLOSED = -1;
  private static final int IS_FULL = -2;

  private synchronized long register(Call<?> call) {
    if (closed) {
      return IS_CLOSED;
    }
    Map<Long, Call<?>> waiting = calls == null ? new HashMap<>() : calls;
    if (waiting.size() >= session.services().commandLimits().maxCallsToClient()) {
      return IS_FULL;
    }
    lastId++;
    waiting.put(lastId, call);
    calls = waiting;
    return lastId;
  }

  private CommandException refusal(long id) {
    if (id == IS_CLOSED) {
      return new CommandException(ErrorCode.CLOSED, "the connection is closed");
    }
    session.services().metrics().limitHit(Limit.CALLS_TO_CLIENT);
    return new CommandException(ErrorCode.LIMIT, "too many calls to this client");
  }

  private synchronized @Nullable Call<?> take(long id) {
    return calls == null ? null : calls.remove(id);
  }

  private void forget(long id, Call<?> call) {
    take(id);
    call.cancelTimer();
  }

  private final class Call<T extends @Nullable Object> {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Function<RawJson, @Nullable T> decoder;
    private volatile Scheduler.@Nullable Timer timer;

    Call(Function<RawJson, @Nullable T> decoder) {
      this.decoder = decoder;
    }

    void expireAfter(Duration timeout) {
      String message = "no answer within " + timeout.toMillis() + " ms";
      timer =
          session
              .services()
              .scheduler()
              .schedule(() -> failLater(ErrorCode.TIMEOUT, message), timeout);
      if (future.isDone()) {
        cancelTimer();
      }
    }

    void cancelTimer() {
      Scheduler.Timer running = timer;
      if (running != null) {
        running.cancel();
      }
    }

    void complete(Inbound.Reply reply) {
      try {
        if (reply.error() == null) {
          future.complete(decoder.apply(reply.payload()));
        } else {
          future.completeExceptionally(failureOf(reply.error()));
        }
      } catch (RuntimeException e) {
        future.completeExceptionally(e);
      }
    }

    void failLater(ErrorCode code, String message) {
      session.services().threads().execute(() -> fail(code, message));
    }

    void fail(ErrorCode code, String message) {
      future.completeExceptionally(new CommandException(code, message));
    }
  }

  private CommandException failureOf(RawJson error) {
    JsonNode json = session.services().json().tree(error);
    String code = json.path("code").asText("");
    return new CommandException(
        code.isBlank() ? ErrorCode.SERVER.wire() : code,
        json.path("message").asText("the client failed"),
        json.get("data"));
  }
}
