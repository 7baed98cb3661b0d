// SPDX-License-Identifier: Apache-2.0
package io.meshrt.tests.fault;

import io.meshrt.server.MeshServer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Asks for everything that can be listed. */
final class ListActor extends Actor {
  private final List<Callable<CompletableFuture<?>>> questions;

  ListActor(MeshServer node) {
    super("list");
    this.questions =
        List.of(
            () -> node.rooms().members("lobby"),
            () -> node.rooms().allMetadata(),
            () -> node.connections().all(),
            () -> node.presence().members("lobby"));
  }

  @Override
  void step(int number) {
    for (Callable<CompletableFuture<?>> question : questions) {
      boolean unused = tally().isDone(question);
    }
  }
}
