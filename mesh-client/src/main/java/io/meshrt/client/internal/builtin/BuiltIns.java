// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.ClientError;
import io.meshrt.client.ClientLimits;
import io.meshrt.client.internal.call.Call;
import io.meshrt.client.internal.call.Calls;
import io.meshrt.client.internal.call.PendingReply;
import io.meshrt.client.internal.callback.ErrorReports;
import io.meshrt.client.internal.dialect.Dialect;
import io.meshrt.client.internal.loop.Loop;
import io.meshrt.client.internal.session.ClientSession;
import io.meshrt.client.internal.session.RestoreHook;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.core.protocol.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the features need to call built-in commands and to put back, on each new connection, what
 * the application had set up. Used on the state thread but for what says otherwise.
 */
public final class BuiltIns implements RestoreHook {
  /** Until what failed for a passing reason is tried again. */
  public static final Duration RETRY_DELAY = Duration.ofSeconds(5);

  private static final JsonValues PLAIN = new JsonValues();

  private final Loop loop;
  private final ClientSession session;
  private final Executor callbacks;
  private final JsonValues json;
  private final ErrorReports errors;
  private final Lanes lanes;
  private final List<Runnable> restorers = new ArrayList<>();
  private final List<Runnable> losers = new ArrayList<>();
  private final List<Runnable> enders = new ArrayList<>();
  private long connections;
  private volatile @Nullable Dialect dialect; // of the connection last made

  /** The built-ins of one client; to be made before its first connect. */
  public BuiltIns(
      Loop loop,
      ClientSession session,
      Executor callbacks,
      JsonValues json,
      ErrorReports errors,
      Duration timeout,
      ClientLimits limits) {
    this.loop = loop;
    this.session = session;
    this.callbacks = callbacks;
    this.json = json;
    this.errors = errors;
    this.lanes = new Lanes(loop, session, timeout, limits);
    session.addRestoreHook(this);
  }

  /** Has {@code restorer} call {@link #restore} on each new connection, in order of addition. */
  public void onConnected(Runnable restorer) {
    restorers.add(restorer);
  }

  /** Has {@code loser} told when the connection in use is gone, also because of a close. */
  public void onLost(Runnable loser) {
    losers.add(loser);
  }

  /** Has {@code ender} told when the client is closed and all its calls have failed. */
  public void onClosed(Runnable ender) {
    enders.add(ender);
  }

  /** Has {@code listener} hear the built-in pushes of a name, after those that hear it already. */
  public void onPush(String bareName, Consumer<RawJson> listener) {
    session.onBuiltInPush(bareName, listener);
  }

  /** Writes and reads payloads. Thread-safe. */
  public JsonValues json() {
    return json;
  }

  /** A payload as a tree, also one that the application's mapper cannot read. Thread-safe. */
  public JsonNode tree(RawJson payload) {
    try {
      return json.tree(payload);
    } catch (RuntimeException | StackOverflowError e) {
      return PLAIN.tree(payload);
    }
  }

  /** Where failures go that no future reports. Thread-safe. */
  public ErrorReports errors() {
    return errors;
  }

  /** Where application code runs. Thread-safe. */
  public Executor callbacks() {
    return callbacks;
  }

  /** The state thread and its clock. Thread-safe. */
  public Loop loop() {
    return loop;
  }

  /** Whether the server tells the history of a channel with the newest first. Thread-safe. */
  public boolean newestFirst() {
    Dialect present = dialect;
    return present == null || present.newestFirst();
  }

  /**
   * Whether what becomes of a collection's records is told by pushes about records. Thread-safe.
   */
  public boolean tellsMembersAsRecords() {
    Dialect present = dialect;
    return present != null && present.tellsMembersAsRecords();
  }

  /** Who the server says this client is, on the connection made last; empty when it does not. */
  public String identity() {
    return session.identity();
  }

  /** What a call made now would fail with; null when it would be made. */
  public @Nullable CommandException refusal() {
    return session.refusal();
  }

  /** A reply that has not come yet, for the application. Thread-safe. */
  public <T extends @Nullable Object> PendingReply<T> reply(
      String name, PendingReply.Decoder<T> decoder) {
    return new PendingReply<>(name, decoder, callbacks);
  }

  /** As {@link #reply}, for a command whose result says no more than that it succeeded. */
  public PendingReply<Void> acknowledgement(String name) {
    return reply(name, BuiltIns::nothing);
  }

  @SuppressWarnings("NullAway") // a Void can only be null
  private static Void nothing(RawJson reply) {
    return null;
  }

  /**
   * Does something on the state thread that ends in {@code outcome}; a closed client fails it.
   * Thread-safe.
   */
  public void execute(Call.Outcome outcome, Runnable task) {
    if (!loop.execute(task)) {
      outcome.onFailure(new CommandException(ErrorCode.CLOSED, "The client is closed."));
    }
  }

  /** Makes a call after those made earlier in the same lane. */
  public void call(String lane, String name, RawJson payload, Call.Outcome outcome) {
    lanes.submit(
        new Step(lane, name, false, () -> payload, payload.length() + name.length(), outcome));
  }

  /**
   * Puts something back on the present connection, ahead of the calls that wait in the lane. A
   * server that cannot just now is asked again later; the error listeners are told of the first
   * failure and of a refusal.
   *
   * @param subject what it is, for the error listeners
   * @param subjectName of the subject
   */
  public void restore(
      String lane, String name, ClientError.Subject subject, String subjectName, Restore restore) {
    restore(new Attempt(lane, name, subject, subjectName, restore, connections), false);
  }

  private record Attempt(
      String lane,
      String name,
      ClientError.Subject subject,
      String subjectName,
      Restore restore,
      long connection) {}

  private void restore(Attempt attempt, boolean again) {
    Call.Outcome outcome =
        new Call.Outcome() {
          @Override
          public void onReply(RawJson payload) {
            attempt.restore().onRestored(payload);
          }

          @Override
          public void onFailure(RuntimeException failure) {
            onNotRestored(attempt, again, failure);
          }
        };
    Restore restore = attempt.restore();
    lanes.restore(
        new Step(
            attempt.lane(),
            attempt.name(),
            true,
            () -> restore.wanted() ? restore.payload() : null,
            0,
            outcome));
  }

  private void onNotRestored(Attempt attempt, boolean again, RuntimeException failure) {
    if (isOneOf(failure, ErrorCode.CONNECTION_LOST, ErrorCode.CLOSED)) {
      return;
    }
    boolean passing = isPassing(failure);
    if (attempt.restore().wanted() && !(passing && again)) {
      errors.report(
          ClientError.Kind.NOT_RESTORED,
          attempt.subject(),
          attempt.subjectName(),
          failure.getMessage() + (passing ? " (will be tried again)" : ""),
          failure);
    }
    if (passing) {
      loop.schedule(RETRY_DELAY, () -> retry(attempt));
    } else {
      attempt.restore().onRefused(failure);
    }
  }

  private void retry(Attempt attempt) {
    if (attempt.connection() == connections) {
      restore(attempt, true);
    }
  }

  /** Whether a call that failed so may succeed when it is made again later. */
  public static boolean isPassing(RuntimeException failure) {
    return isOneOf(failure, ErrorCode.TIMEOUT, ErrorCode.UNAVAILABLE, ErrorCode.RATE);
  }

  /** Whether a failure has one of these codes. */
  public static boolean isOneOf(RuntimeException failure, ErrorCode... codes) {
    for (ErrorCode code : codes) {
      if (failure instanceof CommandException command && command.is(code)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void restore(Dialect dialect, Calls calls, boolean reconnected) {
    connections++;
    this.dialect = dialect;
    lanes.onConnected(dialect, calls);
    try {
      restorers.forEach(Runnable::run);
    } finally {
      lanes.onRestored();
    }
  }

  @Override
  public void onLost() {
    losers.forEach(Runnable::run);
  }

  @Override
  public void onClosed() {
    onLost();
    enders.forEach(Runnable::run);
  }
}
