// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.record;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON documents with versions, which the server shares. Thread-safe.
 *
 * <p>A subscription outlives its connection: after a reconnect, on whatever node, the record is
 * asked for again, and the listener is told if it has changed. All subscriptions of a record share
 * one of the connection; if one of them wants patches, patches travel.
 *
 * <p>Futures fail as those of {@link io.meshrt.client.MeshClient#command(String, Object, Class)}
 * do, with {@code EACCESS} when the server refuses, with {@code ENOTFOUND} when it has no such
 * command, and with {@link IllegalArgumentException} when the id is empty, longer than 255 bytes of
 * UTF-8, or holds control characters, or a value cannot be written as JSON.
 */
public interface Records {
  /**
   * Follows a record: tells what it holds, and then each change.
   *
   * @param type of the value; what does not fit is reported to the error listeners
   * @return completes when the server accepted, with no order between that and the first update;
   *     cancelling it ends the subscription
   */
  <T> CompletableFuture<RecordSubscription<T>> subscribe(
      String id, Class<T> type, RecordListener<T> listener, RecordMode mode, RecordOptions options);

  /** As {@link #subscribe(String, Class, RecordListener, RecordMode, RecordOptions)}. */
  <T> CompletableFuture<RecordSubscription<T>> subscribe(
      String id,
      TypeReference<T> type,
      RecordListener<T> listener,
      RecordMode mode,
      RecordOptions options);

  /** Closes all subscriptions of this client to a record; tells whether there was one. */
  CompletableFuture<Boolean> unsubscribe(String id);

  /**
   * Writes a record, where the server lets clients do that.
   *
   * @param value any value Jackson can write
   * @return the version afterwards, {@link RecordVersion#NONE} on servers of older generations.
   *     Fails with {@code ECONFLICT} when the record has not the version asked for: the exception's
   *     data has the present one as {@code version} and {@code stamp}.
   */
  CompletableFuture<RecordVersion> write(String id, @Nullable Object value, WriteOptions options);

  /**
   * Changes several records of one group: all or none, and those who follow them see it as one.
   *
   * @param description says what to do, at once on the calling thread; what it throws fails the
   *     future, and nothing is done
   * @return the versions afterwards, by id. Fails with {@code EBADREQUEST} when the server does not
   *     keep the records in one group, with {@code ECONFLICT} when one has not the version asked
   *     for: the exception's data has it as {@code recordId} with its present {@code version} and
   *     {@code stamp}; and on older servers as {@code ETXN} where they refuse it.
   */
  CompletableFuture<Map<String, RecordVersion>> transaction(
      Consumer<? super RecordTransaction> description);

  /** Reads a record, without following it; its version has the number 0 if it never was. */
  <T> CompletableFuture<RecordValue<T>> get(String id, Class<T> type);

  /** As {@link #get(String, Class)}, for generic types. */
  <T> CompletableFuture<RecordValue<T>> get(String id, TypeReference<T> type);

  /**
   * What several subscribed records hold at one moment, in the order asked for: what the server
   * changed together is in all of them or in none. Without updates of this client that the server
   * has not confirmed.
   *
   * @return empty while one of them is not {@linkplain RecordSubscription#isLive() live}
   * @throws IllegalArgumentException when one is of another client
   */
  <T> Optional<List<RecordValue<T>>> snapshot(List<RecordSubscription<T>> subscriptions);
}
