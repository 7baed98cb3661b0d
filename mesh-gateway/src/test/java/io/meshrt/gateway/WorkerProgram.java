// SPDX-License-Identifier: Apache-2.0
package io.meshrt.gateway;

import io.meshrt.server.RedisOptions;
import io.meshrt.server.auth.Identity;
import io.meshrt.server.worker.MeshWorker;
import java.util.concurrent.CountDownLatch;

/** A worker in a process of its own: {@code <redis uri> <namespace> <group>}. */
final class WorkerProgram {
  private WorkerProgram() {}

  public static void main(String[] args) throws InterruptedException {
    MeshWorker worker =
        MeshWorker.builder(RedisOptions.of(args[0]).withPrefix(args[1]))
            .group(args[2])
            .command(
                "double",
                ctx ->
                    ctx.client().identity().map(Identity::id).orElse("nobody")
                        + " "
                        + 2 * ctx.payload().asInt()
                        + " by "
                        + ProcessHandle.current().pid())
            .start();
    System.out.println("ready 0");
    new CountDownLatch(1).await();
    worker.close();
  }
}
