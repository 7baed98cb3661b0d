// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Catalogs;
import io.meshrt.server.internal.cluster.Tokens;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Catalogs: a sorted set of names, all of score 0, and a hash of their tokens. */
final class RedisCatalogs implements Catalogs {
  /** Above every byte of UTF-8. */
  private static final byte HIGHEST = (byte) 0xff;

  private final Gate gate;
  private final RedisKeys keys;
  private final Tokens tokens;

  RedisCatalogs(Gate gate, RedisKeys keys, Tokens tokens) {
    this.gate = gate;
    this.keys = keys;
    this.tokens = tokens;
  }

  @Override
  public CompletableFuture<Void> add(String catalog, Collection<String> names) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(tokens.next());
    arguments.addAll(names);
    return gate.run(Script.CATALOG_ADD, keys.catalog(catalog), arguments.toArray())
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Map<String, String>> tokens(String catalog, Collection<String> names) {
    if (names.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    return gate.run(
            Script.CATALOG_TOKENS,
            keys.catalog(catalog).subList(1, 2),
            List.copyOf(names).toArray())
        .thenApply(
            reply -> {
              Map<String, String> found = new HashMap<>();
              while (reply.hasNext()) {
                found.put(reply.text(), reply.text());
              }
              return found;
            });
  }

  @Override
  public CompletableFuture<Void> remove(String catalog, Map<String, String> removed) {
    List<Object> arguments = new ArrayList<>();
    removed.forEach(
        (name, token) -> {
          arguments.add(name);
          arguments.add(token);
        });
    return gate.run(Script.CATALOG_REMOVE, keys.catalog(catalog), arguments.toArray())
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Page> page(String catalog, String prefix, String after, int limit) {
    return gate.run(
            Script.CATALOG_PAGE,
            keys.catalog(catalog),
            lowest(prefix, after),
            highest(prefix),
            limit + 1)
        .thenApply(reply -> Page.of(entries(reply), limit));
  }

  private static List<Entry> entries(Reply reply) {
    List<Entry> entries = new ArrayList<>();
    while (reply.hasNext()) {
      entries.add(new Entry(reply.text(), reply.text(), reply.number()));
    }
    return entries;
  }

  private static byte[] lowest(String prefix, String after) {
    byte[] begin = prefix.getBytes(UTF_8);
    byte[] behind = after.getBytes(UTF_8);
    if (behind.length > 0 && Arrays.compareUnsigned(behind, begin) >= 0) {
      return joined("(", behind);
    }
    return begin.length == 0 ? new byte[] {'-'} : joined("[", begin);
  }

  private static byte[] highest(String prefix) {
    if (prefix.isEmpty()) {
      return new byte[] {'+'};
    }
    byte[] begin = prefix.getBytes(UTF_8);
    byte[] end = Arrays.copyOf(begin, begin.length + 1);
    end[begin.length] = HIGHEST;
    return joined("(", end);
  }

  private static byte[] joined(String sign, byte[] name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(sign.getBytes(UTF_8));
    bytes.writeBytes(name);
    return bytes.toByteArray();
  }
}
