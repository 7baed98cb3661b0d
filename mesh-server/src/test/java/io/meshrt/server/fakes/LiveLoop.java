// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.fakes;

import io.meshrt.server.internal.transport.IoLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An I/O thread without sockets. */
public final class LiveLoop implements IoLoop, AutoCloseable {
  private final ExecutorService executor = Executors.newSingleThreadExecutor();
  private final Thread thread =
      CompletableFuture.supplyAsync(Thread::currentThread, executor).join();
  private final int index;

  public LiveLoop(int index) {
    this.index = index;
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
