// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Where the metadata of one thing is kept, as JSON. Thread-safe, never blocks. */
public interface MetadataKeeper {
  /** What is there now. */
  CompletableFuture<Optional<byte[]>> read();

  /** Changes it in one step; the value is ignored when it is removed. */
  CompletableFuture<Void> change(MetadataChange change, JsonNode value);
}
