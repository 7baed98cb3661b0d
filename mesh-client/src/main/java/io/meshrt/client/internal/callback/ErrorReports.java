// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.callback;

import io.meshrt.client.ClientError;
import io.meshrt.client.Registration;
import io.meshrt.client.internal.loop.Loop;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where everything is reported that no future fails with: to the error listeners, and to the log,
 * but there at most once in ten seconds for each kind. Thread-safe.
 */
public final class ErrorReports {
  private static final Logger log = LoggerFactory.getLogger(ErrorReports.class);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int MAX_LOGGED_CHARACTERS = 200;

  private final Loop clock;
  private final EventListeners<ClientError> listeners;

  // Guarded by this: when each kind was logged last.
  private final Map<ClientError.Kind, Long> logged = new EnumMap<>(ClientError.Kind.class);

  /** Reports to listeners that run on {@code executor}. */
  public ErrorReports(Loop clock, Executor executor) {
    this.clock = clock;
    this.listeners = new EventListeners<>(executor);
  }

  /** Adds a listener. */
  public Registration add(Consumer<? super ClientError> listener) {
    return listeners.add(listener);
  }

  /** Reports an error of the client or its connection. */
  public void report(ClientError.Kind kind, String message, @Nullable Throwable cause) {
    report(kind, ClientError.Subject.CLIENT, "", message, cause);
  }

  /** Reports one error. */
  public void report(
      ClientError.Kind kind,
      ClientError.Subject subject,
      String name,
      String message,
      @Nullable Throwable cause) {
    report(new ClientError(kind, subject, name, message, 0, Optional.ofNullable(cause)));
  }

  /** Reports what a listener threw. */
  public void reportListener(ClientError.Subject subject, String name, Throwable thrown) {
    String message = thrown.getMessage();
    report(
        ClientError.Kind.LISTENER_FAILED,
        subject,
        name,
        message == null ? thrown.getClass().getSimpleName() : message,
        thrown);
  }

  /** Reports messages a listener did not get. */
  public void reportDropped(String name, long count) {
    report(
        new ClientError(
            ClientError.Kind.MESSAGES_DROPPED,
            ClientError.Subject.MESSAGE,
            name,
            count + " messages dropped, the listener is too slow",
            count,
            Optional.empty()));
  }

  private void report(ClientError error) {
    if (mayLog(error.kind())) {
      log.warn(
          "{} {}: {}",
          error.kind(),
          printable(error.name()),
          printable(error.message()),
          error.cause().orElse(null));
    }
    listeners.tell(error);
  }

  private synchronized boolean mayLog(ClientError.Kind kind) {
    long now = clock.nanoTime();
    Long last = logged.get(kind);
    if (last != null && now - last < QUIET_NANOS) {
      return false;
    }
    logged.put(kind, now);
    return true;
  }

  /** What the server chose, without line breaks and cut. */
  private static String printable(String text) {
    String cut =
        text.length() <= MAX_LOGGED_CHARACTERS ? text : text.substring(0, MAX_LOGGED_CHARACTERS);
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
