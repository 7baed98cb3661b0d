// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.client.record.RecordListener;
import io.meshrt.client.record.RecordMode;
import io.meshrt.client.record.RecordOptions;
import io.meshrt.client.record.RecordSubscription;
import io.meshrt.client.record.RecordTransaction;
import io.meshrt.client.record.RecordVersion;
import io.meshrt.client.record.Records;
import io.meshrt.client.record.WriteOptions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a client offers for records; {@link #records()} has all of it. */
public sealed interface RecordDoors permits MeshClient {
  /** The records this client follows and changes. */
  Records records();

  /** Follows a record as a tree. */
  default CompletableFuture<RecordSubscription<JsonNode>> subscribeRecord(
      String id, RecordListener<JsonNode> listener, RecordMode mode) {
    return subscribeRecord(id, JsonNode.class, listener, mode);
  }

  /** Follows a record, in full. */
  default <T> CompletableFuture<RecordSubscription<T>> subscribeRecord(
      String id, Class<T> type, RecordListener<T> listener) {
    return subscribeRecord(id, type, listener, RecordMode.FULL);
  }

  /** Follows a record. */
  default <T> CompletableFuture<RecordSubscription<T>> subscribeRecord(
      String id, Class<T> type, RecordListener<T> listener, RecordMode mode) {
    return subscribeRecord(id, type, listener, mode, RecordOptions.defaults());
  }

  /** As {@link Records#subscribe(String, Class, RecordListener, RecordMode, RecordOptions)}. */
  default <T> CompletableFuture<RecordSubscription<T>> subscribeRecord(
      String id,
      Class<T> type,
      RecordListener<T> listener,
      RecordMode mode,
      RecordOptions options) {
    return records().subscribe(id, type, listener, mode, options);
  }

  /**
   * As {@link Records#subscribe(String, TypeReference, RecordListener, RecordMode, RecordOptions)}.
   */
  default <T> CompletableFuture<RecordSubscription<T>> subscribeRecord(
      String id,
      TypeReference<T> type,
      RecordListener<T> listener,
      RecordMode mode,
      RecordOptions options) {
    return records().subscribe(id, type, listener, mode, options);
  }

  /** As {@link Records#unsubscribe}. */
  default CompletableFuture<Boolean> unsubscribeRecord(String id) {
    return records().unsubscribe(id);
  }

  /** Replaces what a record holds, where the server lets clients do that. */
  default CompletableFuture<RecordVersion> publishRecordUpdate(String id, @Nullable Object value) {
    return publishRecordUpdate(id, value, WriteOptions.defaults());
  }

  /** As {@link Records#write}. */
  default CompletableFuture<RecordVersion> publishRecordUpdate(
      String id, @Nullable Object value, WriteOptions options) {
    return records().write(id, value, options);
  }

  /** As {@link Records#transaction}. */
  default CompletableFuture<Map<String, RecordVersion>> transaction(
      Consumer<? super RecordTransaction> description) {
    return records().transaction(description);
  }
}
