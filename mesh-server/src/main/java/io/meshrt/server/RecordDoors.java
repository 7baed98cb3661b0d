// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server;

import io.meshrt.server.auth.Guard;
import io.meshrt.server.record.RecordValue;
import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.Records;
import io.meshrt.server.record.WriteOptions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a server offers for records; {@link #records()} has all of it. */
public sealed interface RecordDoors permits MeshServer {
  /** JSON documents with versions that clients follow. */
  Records records();

  /** Lets all clients read and follow a record. */
  default Registration exposeRecord(String id) {
    return records().expose(id)::close;
  }

  /** Lets the clients a guard admits read and follow a record. */
  default Registration exposeRecord(String id, Guard guard) {
    return records().expose(id, guard)::close;
  }

  /** As {@link #exposeRecord(String)}, for all records whose whole ids match. */
  default Registration exposeRecord(Pattern ids) {
    return records().expose(ids)::close;
  }

  /** As {@link #exposeRecord(String, Guard)}, for all records whose whole ids match. */
  default Registration exposeRecord(Pattern ids, Guard guard) {
    return records().expose(ids, guard)::close;
  }

  /** Lets all clients write a record; to read it, it has to be exposed for that too. */
  default Registration exposeWritableRecord(String id) {
    return records().exposeWritable(id)::close;
  }

  /** Lets the clients a guard admits write a record. */
  default Registration exposeWritableRecord(String id, Guard guard) {
    return records().exposeWritable(id, guard)::close;
  }

  /** As {@link #exposeWritableRecord(String)}, for all records whose whole ids match. */
  default Registration exposeWritableRecord(Pattern ids) {
    return records().exposeWritable(ids)::close;
  }

  /** As {@link #exposeWritableRecord(String, Guard)}, for all records whose whole ids match. */
  default Registration exposeWritableRecord(Pattern ids, Guard guard) {
    return records().exposeWritable(ids, guard)::close;
  }

  /** Replaces what a record holds, as {@link Records#write(String, Object)}. */
  default CompletableFuture<RecordVersion> publishRecordUpdate(String id, @Nullable Object value) {
    return records().write(id, value);
  }

  /** Writes a record, as {@link Records#write(String, Object, WriteOptions)}. */
  default CompletableFuture<RecordVersion> publishRecordUpdate(
      String id, @Nullable Object value, WriteOptions options) {
    return records().write(id, value, options);
  }

  /** Changes a record, as {@link Records#update(String, Class, UnaryOperator)}. */
  default <T> CompletableFuture<RecordVersion> publishRecordUpdate(
      String id, Class<T> type, UnaryOperator<@Nullable T> change) {
    return records().update(id, type, change);
  }

  /** What a record holds, as {@link Records#get(String, Class)}. */
  default <T> CompletableFuture<Optional<RecordValue<T>>> getRecord(String id, Class<T> type) {
    return records().get(id, type);
  }

  /** Deletes a record, as {@link Records#delete}. */
  default CompletableFuture<Boolean> deleteRecord(String id) {
    return records().delete(id);
  }
}
