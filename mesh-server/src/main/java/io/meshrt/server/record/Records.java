// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.connection.Connection;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JSON documents with versions, shared by all nodes, which clients follow. Thread-safe, never
 * blocks. What is true of ids, futures and writes, {@link RecordEditor} says.
 */
public interface Records extends RecordEditor {
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

  /**
   * Adds a listener for what is written on this node, by clients or the application. Called on
   * handler threads after the fact, one call after the other; nobody waits for it. When 10,000
   * calls wait for a listener, further ones are dropped and a warning is logged.
   */
  RecordRegistration onUpdate(Consumer<? super RecordUpdate> listener);

  /** As {@link #onUpdate}, for what is deleted on this node. */
  RecordRegistration onRemoved(Consumer<? super RecordUpdate> listener);

  /**
   * Reads what the stores of all mirrors have, and brings it into the cluster with its versions:
   * where the cluster has nothing, or something older. What is newer there stays, deletions too,
   * and is handed to the store. The next write continues behind the number restored. Subscribers
   * are told, listeners of {@link #onUpdate} and {@link #onRemoved} are not. Fails as a store does;
   * what was restored by then remains.
   */
  default CompletableFuture<RestoreResult> restore() {
    return restore(Pattern.compile(".*", Pattern.DOTALL));
  }

  /** As {@link #restore()}, only of records whose whole ids match. */
  CompletableFuture<RestoreResult> restore(Pattern ids);

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
