// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Topic;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Publications of this node, each topic's in the order of the calls: connections are many, and what
 * is sent over two of them arrives in any order. Of each topic one request is under way; what comes
 * meanwhile follows in one go, over one connection. Thread-safe.
 */
final class PublishOrder {
  /** Publications of one topic that wait, and their bytes; further ones are refused. */
  static final int MAX_WAITING = 10_000;

  static final long MAX_WAITING_BYTES = 64 << 20;
  private static final int MAX_TOGETHER = 128;
  private static final int MAX_BYTES_TOGETHER = 1 << 20;

  private final Gate gate;
  private final RedisLink link;
  private final Map<Topic, Line> lines = new ConcurrentHashMap<>();

  /** What waits behind a request that is under way. Belongs to the map's entry. */
  private static final class Line {
    final ArrayDeque<Item> waiting = new ArrayDeque<>();
    long bytes;
  }

  private record Item(List<Object> arguments, int bytes, CompletableFuture<Position> result) {}

  PublishOrder(Gate gate, RedisLink link) {
    this.gate = gate;
    this.link = link;
  }

  CompletableFuture<Position> publish(
      Topic topic, List<String> keys, List<Object> arguments, int bytes) {
    Item item = new Item(arguments, bytes, new CompletableFuture<>());
    boolean[] first = new boolean[1];
    lines.compute(
        topic,
        (key, line) -> {
          first[0] = line == null;
          return line == null ? new Line() : wait(line, item);
        });
    if (first[0]) {
      send(topic, keys, List.of(item));
    } else {
      link.limit(item.result());
    }
    return item.result();
  }

  private static Line wait(Line line, Item item) {
    if (line.waiting.size() == MAX_WAITING || line.bytes + item.bytes() > MAX_WAITING_BYTES) {
      item.result().completeExceptionally(RedisLink.unavailable());
    } else {
      line.waiting.add(item);
      line.bytes += item.bytes();
    }
    return line;
  }

  private void send(Topic topic, List<String> keys, List<Item> items) {
    gate.run(Script.PUBLISH, keys, arguments(items))
        .whenComplete(
            (reply, failure) -> {
              end(items, reply);
              sendNext(topic, keys);
            })
        .exceptionally(failure -> null);
  }

  private static Object[] arguments(List<Item> items) {
    List<Object> all = new ArrayList<>(items.get(0).arguments());
    items.stream().skip(1).forEach(item -> all.addAll(RedisTopics.message(item.arguments())));
    return all.toArray();
  }

  /** Whatever the reply is: what waits behind it must have its turn. */
  private static void end(List<Item> items, @Nullable Reply reply) {
    Reply readable = reply;
    for (Item item : items) {
      Position position = null;
      try {
        position = readable == null ? null : readable.position();
      } catch (RuntimeException e) {
        readable = null;
      }
      if (position == null) {
        item.result().completeExceptionally(RedisLink.unavailable());
      } else {
        item.result().complete(position);
      }
    }
  }

  private void sendNext(Topic topic, List<String> keys) {
    List<Item> next = new ArrayList<>();
    lines.computeIfPresent(
        topic,
        (key, line) -> {
          take(line, next);
          return next.isEmpty() ? null : line;
        });
    if (!next.isEmpty()) {
      send(topic, keys, next);
    }
  }

  /** As many as may be sent together; those whose time is over are not sent any more. */
  private static void take(Line line, List<Item> next) {
    int bytes = 0;
    while (!line.waiting.isEmpty() && next.size() < MAX_TOGETHER && bytes < MAX_BYTES_TOGETHER) {
      Item item = line.waiting.remove();
      line.bytes -= item.bytes();
      if (!item.result().isDone()) {
        next.add(item);
        bytes += item.bytes();
      }
    }
  }
}
