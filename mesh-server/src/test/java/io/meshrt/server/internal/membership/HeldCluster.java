// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.membership;

import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Store;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** A cluster whose store answers when a test says so, and whose leaves may fail. */
@SuppressWarnings("FutureReturnValueIgnored") // proxies return futures as plain objects
final class HeldCluster {
  private final Cluster real;
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger failingLeaves = new AtomicInteger();
  private final AtomicInteger failedLeaves = new AtomicInteger();
  private volatile CompletableFuture<?> gate = CompletableFuture.completedFuture(null);
  private volatile boolean away;

  HeldCluster(Cluster real) {
    this.real = real;
  }

  /** As nodes see it. */
  Cluster cluster() {
    Store store = proxy(Store.class, this::ask);
    Members members = proxy(Members.class, this::change);
    return proxy(
        Cluster.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "store" -> store;
              case "members" -> members;
              default -> method.invoke(real, arguments);
            });
  }

  /** From now on what is asked of the store waits. */
  void hold() {
    held.set(0);
    gate = new CompletableFuture<>();
  }

  /** How much waits. */
  int held() {
    return held.get();
  }

  /** What waits is answered, and what comes. */
  void release() {
    CompletableFuture<?> opened = gate;
    gate = CompletableFuture.completedFuture(null);
    opened.complete(null);
  }

  /** Whether the store cannot be asked. */
  void setAway(boolean unavailable) {
    away = unavailable;
  }

  /** The next so many leaves fail. */
  void failLeaves(int count) {
    failingLeaves.set(count);
  }

  int failedLeaves() {
    return failedLeaves.get();
  }

  private Object ask(Object self, Method method, Object[] arguments) {
    if (away) {
      return unavailable();
    }
    CompletableFuture<?> opened = gate;
    if (!opened.isDone()) {
      held.incrementAndGet();
    }
    return opened.thenCompose(done -> future(method, real.store(), arguments));
  }

  private Object change(Object self, Method method, Object[] arguments) {
    boolean fails =
        method.getName().equals("leave")
            && failingLeaves.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    if (fails) {
      failedLeaves.incrementAndGet();
      return unavailable();
    }
    return future(method, real.members(), arguments);
  }

  private static CompletableFuture<Object> unavailable() {
    return CompletableFuture.failedFuture(CommandException.unavailable("away"));
  }

  @SuppressWarnings("unchecked") // all that is asked of them is answered by futures
  private static CompletableFuture<Object> future(Method method, Object to, Object[] arguments) {
    try {
      return (CompletableFuture<Object>) method.invoke(to, arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
