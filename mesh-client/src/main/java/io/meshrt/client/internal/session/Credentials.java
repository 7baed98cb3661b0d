// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.session;

import io.meshrt.client.ClientError;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.dialect.Names;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The credentials the server accepted last, to be presented again on the next connection, and whose
 * it is.
 */
final class Credentials {
  private static final JsonValues JSON = new JsonValues();

  private final ErrorReports errors;
  private final Duration timeout;
  private @Nullable RawJson accepted;
  private String identity = "";

  Credentials(ErrorReports errors, Duration timeout) {
    this.errors = errors;
    this.timeout = timeout;
  }

  void onAccepted(RawJson credentials, RawJson answer) {
    accepted = credentials;
    identity = identityOf(answer);
  }

  /** A connection is open, of this identity as the server says; empty for none. */
  void onOpen(String known) {
    identity = known;
  }

  /** Of the connection made last; empty without one. */
  String identity() {
    return identity;
  }

  private static String identityOf(RawJson answer) {
    return JSON.tree(answer).path("identity").asText("");
  }

  /**
   * Presents them on a new connection and goes on with {@code next}: at once when there are none,
   * also when they are refused, but not when the connection does not live to see the answer.
   *
   * @param unable told when the server cannot say just now; they are kept for the next connection
   */
  void present(Calls calls, Runnable next, Consumer<RuntimeException> unable) {
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
                identity = identityOf(payload);
                next.run();
              }

              @Override
              public void onFailure(RuntimeException failure) {
                onFailed(failure, next, unable);
              }
            }));
  }

  private void onFailed(
      RuntimeException failure, Runnable next, Consumer<RuntimeException> unable) {
    if (isOneOf(failure, ErrorCode.CONNECTION_LOST, ErrorCode.CLOSED)) {
      return; // the attempt has ended
    }
    if (isOneOf(failure, ErrorCode.UNAVAILABLE, ErrorCode.RATE, ErrorCode.TIMEOUT)) {
      unable.accept(failure);
      return;
    }
    accepted = null;
    String message = failure.getMessage();
    errors.report(ClientError.Kind.CREDENTIALS_REFUSED, message == null ? "" : message, failure);
    next.run();
  }

  private static boolean isOneOf(RuntimeException failure, ErrorCode... codes) {
    return failure instanceof CommandException refusal && Stream.of(codes).anyMatch(refusal::is);
  }
}
