// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.metadata;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The metadata of one connection or room, for reading. Thread-safe; each call asks the server.
 *
 * <p>Futures fail as those of {@link io.meshrt.client.MeshClient#command(String, Object, Class)}
 * do, with {@code EACCESS} when the server does not let this client read it, and with {@code
 * ENOTFOUND} on a server that has no metadata.
 */
public interface MetadataView {
  /** The value; empty when there is none, or it is JSON null, or there is no such thing. */
  CompletableFuture<Optional<JsonNode>> get();

  /**
   * The value bound to a type; fails with {@link io.meshrt.client.UnexpectedReplyException} when it
   * does not fit.
   */
  <T> CompletableFuture<Optional<T>> get(Class<T> type);

  /** As {@link #get(Class)}, for generic types. */
  <T> CompletableFuture<Optional<T>> get(TypeReference<T> type);
}
