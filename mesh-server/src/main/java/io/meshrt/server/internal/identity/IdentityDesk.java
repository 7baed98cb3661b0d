// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.identity;

import io.meshrt.server.identity.IdentityDirectory;
import io.meshrt.server.identity.IdentityPage;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.execution.HandlerThreads;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Who is online, for applications, without knowing sessions. Thread-safe, never blocks. */
public final class IdentityDesk implements IdentityDirectory {
  private final IdentityReader reader;
  private final HandlerThreads threads;

  /** Asks this cluster; futures complete on {@code threads}. */
  public IdentityDesk(Cluster cluster, HandlerThreads threads) {
    this.reader = new IdentityReader(cluster);
    this.threads = threads;
  }

  @Override
  public CompletableFuture<Boolean> isOnline(String id) {
    return threads.handOver(reader.isOnline(Objects.requireNonNull(id, "id")));
  }

  @Override
  public CompletableFuture<Set<String>> online(Collection<String> ids) {
    return threads.handOver(reader.online(Set.copyOf(ids)));
  }

  @Override
  public CompletableFuture<List<String>> connections(String id) {
    return threads.handOver(reader.connections(Objects.requireNonNull(id, "id")));
  }

  @Override
  public CompletableFuture<Integer> onlineCount() {
    return threads.handOver(reader.onlineCount());
  }

  @Override
  public CompletableFuture<Integer> connectionCount() {
    return threads.handOver(reader.connectionCount());
  }

  @Override
  public CompletableFuture<IdentityPage> list(String cursor, int limit) {
    return threads.handOver(reader.list(cursor, limit));
  }
}
