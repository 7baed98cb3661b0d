// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Registration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Who this node is, and whether it may still act. Thread-safe. */
final class NodeLife {
  private final Set<Registration> registrations = ConcurrentHashMap.newKeySet();
  private volatile NodeId self;
  private volatile boolean closed;

  NodeLife(NodeId self) {
    this.self = self;
  }

  NodeId self() {
    return self;
  }

  void become(NodeId next) {
    self = next;
  }

  /** The answer, as a future that has completed; a refusal after close. */
  <T> CompletableFuture<T> ask(Supplier<T> answer) {
    if (closed) {
      return CompletableFuture.failedFuture(
          CommandException.unavailable("the node has left its cluster"));
    }
    try {
      return CompletableFuture.completedFuture(answer.get());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** To be closed with the node. */
  void add(Registration registration) {
    registrations.add(registration);
    if (closed) {
      registration.close();
    }
  }

  void remove(Registration registration) {
    registrations.remove(registration);
  }

  void close() {
    closed = true;
    registrations.forEach(Registration::close);
  }
}
