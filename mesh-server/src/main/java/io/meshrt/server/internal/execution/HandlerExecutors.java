// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.execution;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Finds out which threads this Java has. */
final class HandlerExecutors {
  /** {@code Executors.newVirtualThreadPerTaskExecutor()}; null before Java 21. */
  private static final @Nullable MethodHandle VIRTUAL = findVirtual();

  private HandlerExecutors() {}

  static boolean hasVirtualThreads() {
    return VIRTUAL != null;
  }

  static ExecutorService newExecutor(int poolThreads) {
    if (VIRTUAL == null) {
      return newPool(poolThreads);
    }
    try {
      return (ExecutorService) VIRTUAL.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException("no virtual threads", e);
    }
  }

  static ExecutorService newPool(int threads) {
    var pool =
        new ThreadPoolExecutor(
            threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), namedThreads());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory namedThreads() {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, "mesh-handler-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static @Nullable MethodHandle findVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findStatic(
              Executors.class,
              "newVirtualThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }
}
