// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.persistence.MirrorOptions;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of records needs no connections: reading and writing. Servers have it, and programs that
 * only write. Thread-safe, never blocks.
 *
 * <p>An id is at most 255 bytes of UTF-8 without control characters, else {@link
 * IllegalArgumentException}; patterns have to match a whole id. Futures complete on handler
 * threads. They fail with {@code EUNAVAILABLE} when the cluster cannot be asked; a write has then
 * perhaps been done. Values are whatever can be written as JSON, null too.
 *
 * <p>Every write is atomic across all nodes: it changes the version it was made for. If another one
 * came first it is tried again on what that left, for 10 s, then fails with {@code ECONFLICT}. A
 * write that changes nothing is none: the version stays and nobody is told. On each node the writes
 * of a group run one after the other; when 1,024 wait a further one fails with {@code ELIMIT}. A
 * value beyond the limits fails with {@code ETOOLARGE}.
 */
public interface RecordEditor {
  /** Says how a record is kept. */
  RecordRegistration policy(String id, RecordPolicy policy);

  /** As {@link #policy(String, RecordPolicy)}; what was added first counts where several match. */
  RecordRegistration policy(Pattern ids, RecordPolicy policy);

  /** Replaces what a record holds. */
  default CompletableFuture<RecordVersion> write(String id, @Nullable Object value) {
    return write(id, value, WriteOptions.defaults());
  }

  /**
   * Writes a record; completes with its version.
   *
   * @throws IllegalArgumentException when the value cannot be written as JSON
   */
  CompletableFuture<RecordVersion> write(String id, @Nullable Object value, WriteOptions options);

  /**
   * Changes a record from what it holds to what a function returns. The function runs on a handler
   * thread, again if another write came first; it gets null if there is nothing, and a tree of its
   * own. What it throws fails the future, and nothing is written.
   */
  CompletableFuture<RecordVersion> update(String id, UnaryOperator<@Nullable JsonNode> change);

  /** As {@link #update(String, UnaryOperator)}, with values of a type. */
  <T> CompletableFuture<RecordVersion> update(
      String id, Class<T> type, UnaryOperator<@Nullable T> change);

  /** What a record holds; empty if there is nothing. */
  CompletableFuture<Optional<RecordValue<JsonNode>>> get(String id);

  /** As {@link #get(String)}; fails with {@code EBADREQUEST} when it does not fit the type. */
  <T> CompletableFuture<Optional<RecordValue<T>>> get(String id, Class<T> type);

  /** As {@link #get(String, Class)}, for generic types. */
  <T> CompletableFuture<Optional<RecordValue<T>>> get(String id, TypeReference<T> type);

  /**
   * A page of the records whose ids begin with {@code prefix}, each read a moment ago. Who creates
   * a record finds it on its page from then on. Pages are not of one moment: what is written while
   * they are read may be on none or on two of them.
   *
   * @param prefix empty for all records
   */
  default CompletableFuture<RecordPage<JsonNode>> list(String prefix, ListOptions options) {
    return list(prefix, JsonNode.class, options);
  }

  /** As {@link #list(String, ListOptions)}; fails with {@code EBADREQUEST} if one does not fit. */
  <T> CompletableFuture<RecordPage<T>> list(String prefix, Class<T> type, ListOptions options);

  /**
   * Deletes a record; tells whether there was one. Its subscribers are told, and are none any more.
   * For 24 h its version is remembered, and the next write continues behind it.
   */
  CompletableFuture<Boolean> delete(String id);

  /**
   * Changes several records of one group together: all or nothing, and each client that follows
   * several of them by {@code mesh.v1} gets their changes together. Nothing is written if a record
   * of the transaction, changed or only read, was written meanwhile; the body then runs again.
   *
   * @param ids all records the body reads or writes
   * @param body runs on a handler thread; what it throws fails the future, and nothing is written
   * @return the versions afterwards, of all ids; 0 where there is nothing and never was
   * @throws IllegalArgumentException when the records do not belong to one group, or are too many
   */
  CompletableFuture<Map<String, RecordVersion>> transaction(
      Collection<String> ids, Consumer<RecordTransaction> body);

  /** A record with values of one type. */
  <T> RecordHandle<T> record(String id, Class<T> type);

  /**
   * Hands a store what this node writes and deletes of a record, of all versions since the last
   * time only the newest; and what waits at the end, when the server closes. All nodes that write
   * it need the same mirror. When too much waits, writes of records that do not wait already fail
   * with {@code EUNAVAILABLE}, because the store would miss them.
   *
   * <p>What a node had not handed over when it was killed, the store does not have until the record
   * is written again, or somewhere {@linkplain Records#restore() restored}; restoring finds only
   * what the store has heard of. When a record's time to live runs out, the store is not told.
   *
   * <p>A server that is started with mirrors first {@linkplain Records#restore() restores} what
   * their stores have, and does not start if that fails.
   */
  RecordRegistration mirror(String id, RecordStore store, MirrorOptions options);

  /**
   * As {@link #mirror(String, RecordStore, MirrorOptions)}, for all records whose whole ids match;
   * what was added first counts where several match.
   */
  RecordRegistration mirror(Pattern ids, RecordStore store, MirrorOptions options);
}
