// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.worker;

import io.meshrt.server.RedisOptions;
import io.meshrt.server.worker.MeshWorker;
import io.meshrt.server.worker.WorkContext;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

/** A worker in a process of its own: {@code <redis uri> <prefix> <port of the effect store>}. */
final class WorkerProgram {
  private WorkerProgram() {}

  public static void main(String[] args) throws InterruptedException {
    EffectStore.Remote effects = new EffectStore.Remote(Integer.parseInt(args[2]));
    MeshWorker worker =
        MeshWorker.builder(RedisOptions.of(args[0]).withPrefix(args[1]))
            .group("shop")
            .command("count", ctx -> count(ctx, effects))
            .start();
    System.out.println("ready 0");
    new CountDownLatch(1).await();
    worker.close();
  }

  private static Object count(WorkContext ctx, EffectStore.Remote effects) throws IOException {
    int number = Objects.requireNonNull(ctx.payload(Integer.class));
    effects.put(ctx.messageId(), ctx.client().connectionId(), number);
    return number;
  }
}
