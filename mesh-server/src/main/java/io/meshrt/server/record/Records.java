// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.server.auth.Guard;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON documents with versions, shared by all nodes, which clients follow. Thread-safe, never
 * blocks.
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
public interface Records {
  /** Lets all clients read and follow a record. */
  default RecordRegistration expose(String id) {
    return expose(id, null);
  }

  /** Lets the clients a guard admits read and follow a record. */
  RecordRegistration expose(String id, @Nullable Guard guard);

  /** As {@link #expose(String)}, for all records whose whole ids match. */
  default RecordRegistration expose(Pattern ids) {
    return expose(ids, null);
  }

  /** As {@link #expose(String, Guard)}, for all records whose whole ids match. */
  RecordRegistration expose(Pattern ids, @Nullable Guard guard);

  /** Lets all clients write a record. They may read it only if it is {@link #expose exposed}. */
  default RecordRegistration exposeWritable(String id) {
    return exposeWritable(id, null);
  }

  /** Lets the clients a guard admits write a record. */
  RecordRegistration exposeWritable(String id, @Nullable Guard guard);

  /** As {@link #exposeWritable(String)}, for all records whose whole ids match. */
  default RecordRegistration exposeWritable(Pattern ids) {
    return exposeWritable(ids, null);
  }

  /** As {@link #exposeWritable(String, Guard)}, for all records whose whole ids match. */
  RecordRegistration exposeWritable(Pattern ids, @Nullable Guard guard);

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
   * Adds a listener for what is written on this node, by clients or the application. Called on
   * handler threads after the fact, one call after the other; nobody waits for it. When 10,000
   * calls wait for a listener, further ones are dropped and a warning is logged.
   */
  RecordRegistration onUpdate(Consumer<? super RecordUpdate> listener);

  /** As {@link #onUpdate}, for what is deleted on this node. */
  RecordRegistration onRemoved(Consumer<? super RecordUpdate> listener);

  /** Ends a connection's subscription to a record, as {@link #revokeConnection}. */
  default CompletableFuture<Boolean> revoke(Connection connection, String id) {
    return revokeConnection(connection.id(), id);
  }

  /** Ends an identity's subscriptions to a record, as {@link #revokeIdentity}. */
  default CompletableFuture<Integer> revoke(Identity identity, String id) {
    return revokeIdentity(identity.id(), id);
  }

  /**
   * Ends a connection's subscription to a record; tells whether it had one. Once done, nothing of
   * the record reaches it, unless it subscribes again and its guard admits it. Change what the
   * guard sees first.
   */
  CompletableFuture<Boolean> revokeConnection(String connectionId, String id);

  /** As {@link #revokeConnection}, for all connections of an identity; tells how many had one. */
  CompletableFuture<Integer> revokeIdentity(String identityId, String id);
}
