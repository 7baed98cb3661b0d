// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.internal.call;

import io.meshrt.client.UnexpectedReplyException;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The future of one call. Told the outcome on the state thread, it decodes and completes on the
 * callback executor.
 */
public final class PendingReply<T extends @Nullable Object> implements Call.Outcome {
  private final String command;
  private final Decoder<T> decoder;
  private final Executor callbacks;
  private final CompletableFuture<T> future = new CompletableFuture<>();
  private volatile boolean over;

  /** Binds a reply's payload. */
  @FunctionalInterface
  public interface Decoder<T extends @Nullable Object> {
    /** Throws {@link CommandException} when the payload does not fit. */
    T decode(RawJson payload);
  }

  /** A reply to {@code command} that has not come yet. */
  public PendingReply(String command, Decoder<T> decoder, Executor callbacks) {
    this.command = command;
    this.decoder = decoder;
    this.callbacks = callbacks;
  }

  /** What the caller waits for. */
  public CompletableFuture<T> future() {
    return future;
  }

  /** Runs {@code action} when the caller completes the future, for example by cancelling it. */
  public void onAbandoned(Runnable action) {
    CompletionStage<T> outcome = future;
    outcome.whenComplete(
        (value, failure) -> {
          if (!over) {
            action.run();
          }
        });
  }

  @Override
  public void onReply(RawJson payload) {
    over = true;
    callbacks.execute(() -> complete(payload));
  }

  @Override
  public void onFailure(RuntimeException failure) {
    over = true;
    callbacks.execute(() -> future.completeExceptionally(failure));
  }

  private void complete(RawJson payload) {
    T value;
    try {
      value = decoder.decode(payload);
    } catch (CommandException e) {
      future.completeExceptionally(
          new UnexpectedReplyException("reply to " + command + ": " + e.getMessage(), e));
      return;
    } catch (RuntimeException | StackOverflowError e) {
      future.completeExceptionally(
          new UnexpectedReplyException("reply to " + command + " cannot be read", e));
      return;
    }
    future.complete(value);
  }
}
