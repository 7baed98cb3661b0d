// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Members.Entry;
import io.meshrt.server.internal.cluster.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.redisson.api.RLexSortedSet;

/**
 * Which groups the members of each life of a node may be in, as that node noted before the joins.
 * It names too many, never too few. Thread-safe.
 */
final class MemberIndex {
  private final Gate gate;
  private final RedisKeys keys;

  MemberIndex(Gate gate, RedisKeys keys) {
    this.gate = gate;
    this.keys = keys;
  }

  CompletableFuture<Void> add(NodeId owner, Entry entry) {
    return on(owner, set -> set.addAsync(encode(entry)).toCompletableFuture())
        .thenAccept(done -> {});
  }

  CompletableFuture<Void> remove(NodeId owner, Collection<Entry> entries) {
    List<String> texts = entries.stream().map(MemberIndex::encode).toList();
    return on(owner, set -> set.removeAllAsync(texts).toCompletableFuture()).thenAccept(done -> {});
  }

  CompletableFuture<List<Entry>> ofMember(NodeId owner, String member) {
    String from = RedisKeys.encode(member) + " ";
    // The character after the space.
    String to = RedisKeys.encode(member) + "!";
    return on(owner, set -> set.rangeAsync(from, true, to, false).toCompletableFuture())
        .thenApply(texts -> texts.stream().map(MemberIndex::decode).toList());
  }

  CompletableFuture<List<Entry>> first(NodeId owner, int limit) {
    return on(owner, set -> set.rangeAsync(0, limit - 1).toCompletableFuture())
        .thenApply(texts -> texts.stream().map(MemberIndex::decode).toList());
  }

  /** Some entries behind this one, in the order of the index. */
  CompletableFuture<List<Entry>> after(NodeId owner, Entry last, int limit) {
    return on(owner, set -> set.rangeTailAsync(encode(last), false, 0, limit).toCompletableFuture())
        .thenApply(texts -> texts.stream().map(MemberIndex::decode).toList());
  }

  private static String encode(Entry entry) {
    return RedisKeys.encode(entry.member()) + " " + RedisKeys.encodeGroup(entry.group());
  }

  private static Entry decode(String text) {
    int space = text.indexOf(' ');
    return new Entry(
        RedisKeys.decode(text.substring(0, space)),
        RedisKeys.decodeGroup(text.substring(space + 1)));
  }

  private <T> CompletableFuture<T> on(
      NodeId owner, Function<RLexSortedSet, CompletableFuture<T>> command) {
    return gate.call(redisson -> command.apply(redisson.getLexSortedSet(keys.index(owner))));
  }
}
