// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.core.protocol.ErrorCode;
import io.meshrt.server.internal.dialect.Failure;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Makes failures out of whatever ended a command, and decides what of it a client may read. */
final class Failures {
  private static final int MAX_CAUSES = 16;

  private final boolean exposeErrorMessages;

  Failures(boolean exposeErrorMessages) {
    this.exposeErrorMessages = exposeErrorMessages;
  }

  static Failure tooManyWaiting() {
    return Failure.of(ErrorCode.LIMIT, "Too many commands of this connection are waiting.");
  }

  static Failure overloaded() {
    return Failure.of(ErrorCode.UNAVAILABLE, "The server is overloaded, try again later.");
  }

  static Failure notAuthenticated() {
    return Failure.of(ErrorCode.UNAUTHORIZED, "Authenticate first.");
  }

  static Failure timeout(Duration timeout) {
    return Failure.of(ErrorCode.TIMEOUT, "Command timed out after " + timeout.toMillis() + "ms.");
  }

  static Failure tooLarge() {
    return Failure.of(ErrorCode.TOO_LARGE, "The command failed, and what it says is too large.");
  }

  /** A failure nobody meant: the details stay in the log, under the error id. */
  Failure internal(Throwable error, String errorId) {
    if (!exposeErrorMessages) {
      return Failure.of(ErrorCode.SERVER, "The command failed on the server. Error id: " + errorId);
    }
    String message = message(error);
    String name = className(error.getClass());
    return new Failure(ErrorCode.SERVER.wire(), message == null ? name : message, null, name);
  }

  /** Null also when the application's exception throws instead of telling. */
  private static @Nullable String message(Throwable error) {
    try {
      return error.getMessage();
    } catch (Throwable unprintable) {
      return null;
    }
  }

  /** What really failed, without the wrappers that stages put around it. */
  static Throwable unwrap(Throwable error) {
    Throwable inner = error;
    for (int i = 0; i < MAX_CAUSES; i++) {
      if (!(inner instanceof CompletionException || inner instanceof ExecutionException)) {
        return inner;
      }
      Throwable cause = inner.getCause();
      if (cause == null) {
        return inner;
      }
      inner = cause;
    }
    return inner;
  }

  private static String className(Class<?> type) {
    @Nullable Class<?> named = type;
    while (named != null && named.getSimpleName().isEmpty()) {
      named = named.getSuperclass();
    }
    return named == null ? "Error" : named.getSimpleName();
  }
}
