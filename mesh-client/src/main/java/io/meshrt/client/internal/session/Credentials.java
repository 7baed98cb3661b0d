// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The credentials the server accepted last, to be presented again on the next connection. */
final class Credentials {
  private final ErrorReports errors;
  private final Duration timeout;
  private @Nullable RawJson accepted;

  Credentials(ErrorReports errors, Duration timeout) {
    this.errors = errors;
    this.timeout = timeout;
  }

  void onAccepted(RawJson credentials) {
    accepted = credentials;
  }

  /**
   * Presents them on a new connection and goes on with {@code next}: at once when there are none,
   * also when they are refused, but not when the connection does not live to see the answer.
   */
  void present(Calls calls, Runnable next) {
    RawJson credentials = accepted;
    if (credentials == null) {
      next.run();
      return;
    }
    calls.submitFirst(
        Call.builtIn(
            Names.AUTHENTICATE,
            credentials,
            timeout,
            new Call.Outcome() {
              @Override
              public void onReply(RawJson payload) {
                next.run();
              }

              @Override
              public void onFailure(RuntimeException failure) {
                onRefused(failure, next);
              }
            }));
  }

  private void onRefused(RuntimeException failure, Runnable next) {
    if (failure instanceof CommandException refusal
        && (refusal.is(ErrorCode.CONNECTION_LOST)
            || refusal.is(ErrorCode.CLOSED)
            || refusal.is(ErrorCode.TIMEOUT))) {
      return; // the attempt ends, or has ended
    }
    accepted = null;
    String message = failure.getMessage();
    errors.report(ClientError.Kind.CREDENTIALS_REFUSED, message == null ? "" : message, failure);
    next.run();
  }
}
