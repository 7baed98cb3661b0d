// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.dialect.Request;
import io.meshrt.server.internal.session.Session;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One call of a built-in: its result becomes what the client's generation expects. */
record BuiltInCall(RunServices services, Session session, Request request, Turns.Turn turn) {
  CompletionStage<?> run(BuiltIn builtIn) {
    CompletableFuture<RawJson> result = new CompletableFuture<>();
    try {
      CompletionStage<?> unused =
          builtIn
              .run(session, request)
              .whenComplete(
                  (value, failure) -> {
                    if (failure == null) {
                      complete(result, value);
                    } else {
                      fail(result, failure);
                    }
                  });
    } catch (Throwable t) {
      fail(result, t);
    }
    return result;
  }

  private void complete(CompletableFuture<RawJson> result, Object value) {
    try {
      if (value instanceof Answer answer) {
        turn.atEnd(answer.then());
        complete(result, answer.payload());
        return;
      }
      RawJson payload = services.json().encode(value);
      result.complete(session.dialect().builtInResult(request, payload));
    } catch (Throwable t) {
      result.completeExceptionally(t);
    }
  }

  private static void fail(CompletableFuture<RawJson> result, Throwable failure) {
    Throwable error = Failures.unwrap(failure);
    result.completeExceptionally(
        error instanceof CommandException meant ? new BuiltInFailure(meant) : error);
  }
}
