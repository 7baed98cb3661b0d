// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A listener to one record, until it is closed, and what is known of the record. Thread-safe. */
public interface RecordSubscription<T> extends AutoCloseable {
  /** Id of the record. */
  String recordId();

  /**
   * What the record holds as far as this client knows, with its own updates; may be ahead of the
   * listener. The value belongs to the caller.
   *
   * @throws io.meshrt.core.protocol.CommandException {@code EBADREQUEST} when it does not fit the
   *     type
   */
  RecordValue<T> current();

  /** The value of {@link #current()}. */
  default @Nullable T value() {
    return current().value();
  }

  /** The version of {@link #current()}, which an update of this client does not change at once. */
  default RecordVersion version() {
    return current().version();
  }

  /**
   * Whether the server keeps it up to date. False from a loss of the connection, or a gap, until
   * the record has been read again, and after the end.
   */
  boolean isLive();

  /**
   * Changes the record from what it holds, null if there is nothing, to what the function returns.
   * Seen at once in {@link #current()}, and by the listeners of this client; the server is told,
   * with all that was changed meanwhile in one write. If it has something newer, the functions run
   * again on that, and so on until one of them throws or the write succeeds: other writers never
   * make an update fail. It goes on when the subscription is closed meanwhile.
   *
   * <p>The function runs on the calling thread or on the callback executor, perhaps several times,
   * so it should be quick and do nothing else.
   *
   * @return the version that holds the change, as soon as the server has it. Fails with what the
   *     function throws; with {@code CONNECTION_LOST} when the connection broke and nobody can tell
   *     whether it was written; with {@code ENOTFOUND} when the record is deleted meanwhile or the
   *     server is of an older generation; with {@code ELIMIT} when 1,024 updates wait; else as
   *     {@link Records#write}. What failed is taken back.
   */
  CompletableFuture<RecordVersion> update(UnaryOperator<@Nullable T> change);

  /**
   * Ends the subscription: the listener gets nothing more, but a call under way may finish.
   * Idempotent. The server is told when it was the last one of the record.
   */
  @Override
  void close();
}
