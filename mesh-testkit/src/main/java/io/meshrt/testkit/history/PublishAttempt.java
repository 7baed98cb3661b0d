// SPDX-License-Identifier: Apache-2.0
package io.meshrt.testkit.history;

import io.meshrt.client.channel.ChannelPosition;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One call that publishes a message; its outcome is unknown until it is told. Thread-safe. */
public final class PublishAttempt {
  /** How a call ended. */
  public enum Outcome {
    /** It was accepted. */
    OK,
    /** It was surely not accepted. */
    ERROR,
    /** Nobody knows. */
    UNKNOWN
  }

  /**
   * The codes that say that nothing was published. Any other, {@code EUNAVAILABLE} and {@code
   * CONNECTION_LOST} above all, may come after it was.
   */
  private static final Set<String> CERTAIN =
      Set.of(
          ErrorCode.BAD_REQUEST.wire(),
          ErrorCode.NOT_FOUND.wire(),
          ErrorCode.ACCESS_DENIED.wire(),
          ErrorCode.UNAUTHORIZED.wire(),
          ErrorCode.LIMIT.wire(),
          ErrorCode.RATE.wire(),
          ErrorCode.TOO_LARGE.wire(),
          ErrorCode.CLOSED.wire());

  private final String publisher;
  private final AtomicLong clock;
  private final long invokedAt;
  private volatile End end = new End(Outcome.UNKNOWN, Long.MAX_VALUE, ChannelPosition.NONE);

  /** How and when it ended. */
  record End(Outcome outcome, long at, ChannelPosition position) {}

  PublishAttempt(String publisher, AtomicLong clock) {
    this.publisher = publisher;
    this.clock = clock;
    this.invokedAt = clock.incrementAndGet();
  }

  /** It was accepted. */
  public void ok(ChannelPosition position) {
    end = new End(Outcome.OK, clock.incrementAndGet(), position);
  }

  /** It was surely not accepted. */
  public void error() {
    end = new End(Outcome.ERROR, clock.incrementAndGet(), ChannelPosition.NONE);
  }

  /** It failed, and may have been accepted all the same. */
  public void unknown() {
    end = new End(Outcome.UNKNOWN, Long.MAX_VALUE, ChannelPosition.NONE);
  }

  /** Ends as a client's publication does; completes after that was written down, alike. */
  public CompletableFuture<ChannelPosition> ofClient(CompletableFuture<ChannelPosition> call) {
    return call.whenComplete(this::end);
  }

  /** Ends as a server's publication does; completes after that was written down. */
  public CompletableFuture<ChannelPosition> ofServer(
      CompletableFuture<io.meshrt.server.channel.ChannelPosition> call) {
    return ofClient(
        call.thenApply(position -> new ChannelPosition(position.epoch(), position.offset())));
  }

  private void end(@Nullable ChannelPosition position, @Nullable Throwable failure) {
    if (position != null) {
      ok(position);
    } else if (failure != null && isCertain(failure)) {
      error();
    } else {
      unknown();
    }
  }

  private static boolean isCertain(Throwable failure) {
    Throwable cause = failure.getCause();
    Throwable reason = failure instanceof CompletionException && cause != null ? cause : failure;
    return reason instanceof IllegalArgumentException
        || (reason instanceof CommandException refusal && CERTAIN.contains(refusal.code()));
  }

  /** How it ended. */
  public Outcome outcome() {
    return end.outcome();
  }

  String publisher() {
    return publisher;
  }

  long invokedAt() {
    return invokedAt;
  }

  End end() {
    return end;
  }
}
