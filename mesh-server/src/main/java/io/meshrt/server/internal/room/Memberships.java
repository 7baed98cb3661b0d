// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.server.internal.cluster.Topic;
import java.util.concurrent.CompletableFuture;

/** Changes memberships of connections, on whatever node they are. Thread-safe, never blocks. */
public interface Memberships {
  /** Tells whether it was no member; fails with {@code ENOTFOUND} without such a connection. */
  CompletableFuture<Boolean> join(String connectionId, Topic group);

  /** Tells whether it was a member. */
  CompletableFuture<Boolean> leave(String connectionId, Topic group);
}
