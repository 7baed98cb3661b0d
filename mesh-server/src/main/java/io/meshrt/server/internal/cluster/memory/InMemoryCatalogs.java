// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.Catalogs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Catalogs of one node. */
final class InMemoryCatalogs implements Catalogs {
  private final InMemoryWorld world;
  private final NodeLife life;

  InMemoryCatalogs(InMemoryWorld world, NodeLife life) {
    this.world = world;
    this.life = life;
  }

  @Override
  public CompletableFuture<Void> add(String catalog, Collection<String> names) {
    List<String> added = List.copyOf(names);
    return life.ask(
            () -> {
              world.catalog(catalog).add(added, world::newToken, world.nowMillis());
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Map<String, String>> tokens(String catalog, Collection<String> names) {
    List<String> wanted = List.copyOf(names);
    return life.ask(() -> world.catalog(catalog).tokens(wanted));
  }

  @Override
  public CompletableFuture<Void> remove(String catalog, Map<String, String> tokens) {
    Map<String, String> removed = Map.copyOf(tokens);
    return life.ask(
            () -> {
              world.catalog(catalog).remove(removed);
              return true;
            })
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Page> page(String catalog, String prefix, String after, int limit) {
    return life.ask(
        () ->
            Page.of(
                world.catalog(catalog).page(prefix, after, limit + 1, world.nowMillis()), limit));
  }
}
