// SPDX-License-Identifier: Apache-2.0
package io.meshrt.client.metadata;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of this client's own connection. Thread-safe; calls reach the server in the order in
 * which they are made.
 *
 * <p>A new connection begins without what was set on the one before, so the client remembers each
 * change the server accepted, and makes it again after a reconnect, before rooms are joined again:
 * after a {@link #set} the value that came of it, without one the changes alone, so that what the
 * server itself put there stays. A refusal then is told to the error listeners and forgotten.
 *
 * <p>Changes fail as those of {@link io.meshrt.client.MeshClient#command(String, Object, Class)}
 * do, with {@code EACCESS} when the server does not let clients write, with {@code ETOOLARGE} when
 * the value would be too large for it, and with {@link IllegalArgumentException} when the value
 * cannot be written as JSON. One that fails with {@code CONNECTION_LOST} is not remembered.
 */
public interface OwnMetadata extends MetadataView {
  /**
   * Replaces the value.
   *
   * @param value any value Jackson can write; null is JSON null
   */
  CompletableFuture<Void> set(@Nullable Object value);

  /**
   * Puts the keys of {@code patch} over those that are there; the rest stays. Where either is not
   * an object, {@code patch} replaces.
   */
  CompletableFuture<Void> update(Object patch);

  /** As {@link #update}, going into objects that both have. */
  CompletableFuture<Void> deepMerge(Object patch);

  /**
   * The metadata of any connection.
   *
   * @throws IllegalArgumentException when no connection can have that id
   */
  MetadataView of(String connectionId);
}
