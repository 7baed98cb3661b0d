// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.archive;

import io.meshrt.server.record.RecordVersion;
import io.meshrt.server.record.StoredRecord;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The records of the cluster, as the archive needs them. Thread-safe, never blocks. */
public interface LiveRecords {
  /** A record, or its deletion, read now; empty if the cluster knows nothing of it. */
  CompletableFuture<Optional<StoredRecord>> read(String id);

  /**
   * Brings a record to what is kept of it, unless the cluster has something as new or newer. Fails
   * with {@code EBADREQUEST} or {@code ETOOLARGE} if it cannot be a record.
   */
  CompletableFuture<Restored> restore(StoredRecord kept);

  /**
   * What became of it.
   *
   * @param version that the cluster has now
   */
  record Restored(boolean changed, RecordVersion version) {}
}
