// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.redisson.client.codec.StringCodec;

/**
 * Which groups of a kind may have members, in 16 shards. It names too many, never too few: a group
 * is noted before each join, and forgotten only when it is empty and was noted long before any join
 * that may still be under way. Thread-safe.
 */
final class Directory {
  private static final Duration OLD = Duration.ofMinutes(1);
  private static final int SWEPT_AT_ONCE = 50;

  private final Gate gate;
  private final RedisKeys keys;
  private final Set<String> kinds = ConcurrentHashMap.newKeySet();
  private final AtomicInteger sweeps = new AtomicInteger();

  Directory(Gate gate, RedisKeys keys) {
    this.gate = gate;
    this.keys = keys;
  }

  private String shard(Topic group) {
    return keys.groups(group.kind(), Math.floorMod(group.name().hashCode(), RedisKeys.SHARDS));
  }

  CompletableFuture<Void> note(Topic group) {
    kinds.add(group.kind());
    return gate.run(Script.ENLIST, List.of(shard(group)), RedisKeys.encode(group.name()))
        .thenAccept(done -> {});
  }

  CompletableFuture<Set<Topic>> groups(String kind) {
    List<CompletableFuture<List<Topic>>> shards = new ArrayList<>();
    for (int shard = 0; shard < RedisKeys.SHARDS; shard++) {
      shards.add(read(kind, shard, -1));
    }
    return CompletableFuture.allOf(shards.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              Set<Topic> groups = new HashSet<>();
              shards.forEach(read -> groups.addAll(read.join()));
              return groups;
            });
  }

  private CompletableFuture<List<Topic>> read(String kind, int shard, int last) {
    return gate.call(
            redisson ->
                redisson
                    .<String>getScoredSortedSet(keys.groups(kind, shard), StringCodec.INSTANCE)
                    .valueRangeAsync(0, last))
        .thenApply(names -> topics(kind, names));
  }

  private static List<Topic> topics(String kind, Collection<String> names) {
    return names.stream().map(name -> new Topic(kind, RedisKeys.decode(name))).toList();
  }

  /**
   * Looks at the longest noted groups of one shard of each kind this node has joined: notes again
   * those that are in use, forgets the others if they are old.
   */
  void sweep(Function<Topic, CompletableFuture<Boolean>> isInUse) {
    int shard = Math.floorMod(sweeps.getAndIncrement(), RedisKeys.SHARDS);
    for (String kind : kinds) {
      read(kind, shard, SWEPT_AT_ONCE - 1)
          .thenAccept(groups -> groups.forEach(group -> sweep(group, isInUse)))
          .exceptionally(failure -> null);
    }
  }

  private void sweep(Topic group, Function<Topic, CompletableFuture<Boolean>> isInUse) {
    isInUse
        .apply(group)
        .thenCompose(
            inUse ->
                inUse
                    ? note(group)
                    : gate.run(
                            Script.DELIST,
                            List.of(shard(group)),
                            OLD.toMillis(),
                            RedisKeys.encode(group.name()))
                        .thenAccept(done -> {}))
        .exceptionally(failure -> null);
  }
}
