// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.redisson.api.RedissonClient;

/**
 * The way to Redis for those who serve applications. While Redis cannot be reached they are refused
 * at once: of calls that wait for each other, only the first waits for an answer. Thread-safe.
 */
final class Gate {
  private final RedisLink link;
  private final BooleanSupplier reachable;

  Gate(RedisLink link, BooleanSupplier reachable) {
    this.link = link;
    this.reachable = reachable;
  }

  /** As {@link RedisLink#run}. */
  CompletableFuture<Reply> run(Script script, List<String> keys, Object... arguments) {
    return pass(() -> link.run(script, keys, arguments));
  }

  /** As {@link RedisLink#call}. */
  <T> CompletableFuture<T> call(Function<RedissonClient, CompletionStage<T>> command) {
    return pass(() -> link.call(command));
  }

  /** Any other question that ends at Redis. */
  <T> CompletableFuture<T> pass(Supplier<CompletableFuture<T>> question) {
    return reachable.getAsBoolean()
        ? question.get()
        : CompletableFuture.failedFuture(RedisLink.unavailable());
  }
}
