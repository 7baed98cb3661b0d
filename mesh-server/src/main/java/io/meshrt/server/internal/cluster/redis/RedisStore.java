// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Values with versions, one hash for each topic. */
final class RedisStore implements Store {
  private final Gate gate;
  private final RedisKeys keys;
  private final Tokens tokens;

  RedisStore(Gate gate, RedisKeys keys, Tokens tokens) {
    this.gate = gate;
    this.keys = keys;
    this.tokens = tokens;
  }

  @Override
  public CompletableFuture<Map<String, Stored>> read(Topic topic, Collection<String> wanted) {
    List<String> asked = List.copyOf(wanted);
    if (asked.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    return gate.run(Script.VALUES, List.of(keys.values(topic)), asked.toArray())
        .thenApply(reply -> found(reply, asked));
  }

  @Override
  public CompletableFuture<Map<Topic, Map<String, Stored>>> readAcross(
      Map<Topic, ? extends Collection<String>> wanted) {
    Map<Topic, Collection<String>> asked = new HashMap<>(wanted);
    asked.values().removeIf(Collection::isEmpty);
    if (asked.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    return gate.call(new ReadBatch(asked, keys::values)::run)
        .thenApply(
            replies -> {
              Map<Topic, Map<String, Stored>> all = new HashMap<>();
              replies.forEach((topic, reply) -> all.put(topic, found(reply, asked.get(topic))));
              return all;
            });
  }

  @Override
  public CompletableFuture<Map<String, Stored>> readAll(Topic topic) {
    return gate.run(Script.VALUES, List.of(keys.values(topic)))
        .thenApply(
            reply -> {
              Map<String, Stored> found = found(reply);
              found.values().removeIf(stored -> stored.value() == null);
              return found;
            });
  }

  private static Map<String, Stored> found(Reply reply, @Nullable Collection<String> asked) {
    Map<String, Stored> found = found(reply);
    if (asked != null) {
      asked.forEach(key -> found.putIfAbsent(key, Stored.ABSENT));
    }
    return found;
  }

  private static Map<String, Stored> found(Reply reply) {
    Map<String, Stored> found = new HashMap<>();
    while (reply.hasNext()) {
      found.put(reply.text(), reply.stored());
    }
    return found;
  }

  @Override
  public CompletableFuture<Commit> commit(
      Topic topic, List<Write> writes, Optional<Outgoing> publication, Optional<Notice> notice) {
    List<Write> changes = List.copyOf(writes);
    List<String> stamps = changes.stream().map(this::stamp).toList();
    List<Object> arguments = new ArrayList<>();
    arguments.add(publication.isPresent() ? "1" : "0");
    Outgoing message = publication.orElseGet(() -> Outgoing.of(new byte[0], Retention.NONE));
    arguments.addAll(RedisTopics.arguments(keys.channel(topic), tokens.next(), message));
    arguments.add(notice.map(said -> keys.channel(said.topic())).orElse(""));
    arguments.add(notice.map(Notice::payload).orElseGet(() -> new byte[0]));
    for (int i = 0; i < changes.size(); i++) {
      Write write = changes.get(i);
      byte[] value = write.value();
      arguments.add(write.key());
      arguments.add(write.expected().number());
      arguments.add(write.expected().stamp());
      arguments.add(code(write.kind()));
      arguments.add(value == null ? "" : value);
      arguments.add(write.ttl().toMillis());
      arguments.add(stamps.get(i));
      arguments.add(write.number());
    }
    List<String> touched =
        Stream.concat(Stream.of(keys.values(topic)), keys.stream(topic).stream()).toList();
    return gate.run(Script.COMMIT, touched, arguments.toArray())
        .thenApply(reply -> commit(reply, changes, stamps));
  }

  private static Commit commit(Reply reply, List<Write> writes, List<String> stamps) {
    long outcome = reply.number();
    Position position = reply.position();
    Map<String, Stored> entries = new HashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      if (outcome != 1) {
        entries.put(write.key(), reply.stored());
      } else if (write.kind() != Write.Kind.CHECK) {
        entries.put(write.key(), written(reply.number(), stamps.get(i), write));
      }
    }
    return new Commit(outcome != 0, entries, position);
  }

  private String stamp(Write write) {
    String chosen = write.stamp();
    return chosen == null ? tokens.next() : chosen;
  }

  private static String code(Write.Kind kind) {
    return switch (kind) {
      case REMOVE -> "0";
      case PUT -> "1";
      case CHECK -> "2";
    };
  }

  private static Stored written(long number, String stamp, Write write) {
    boolean forgotten = write.kind() == Write.Kind.REMOVE && write.ttl().isZero();
    return forgotten ? Stored.ABSENT : new Stored(new Version(number, stamp), write.value());
  }
}
