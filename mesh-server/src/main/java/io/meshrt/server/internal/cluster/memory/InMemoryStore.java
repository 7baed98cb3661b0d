// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicDelivery;
import io.meshrt.server.internal.cluster.Version;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Values with versions, under the lock of their name. */
final class InMemoryStore implements Store {
  private final InMemoryWorld world;
  private final NodeLife life;

  InMemoryStore(InMemoryWorld world, NodeLife life) {
    this.world = world;
    this.life = life;
  }

  @Override
  public CompletableFuture<Map<String, Stored>> read(Topic topic, Collection<String> keys) {
    List<String> wanted = List.copyOf(keys);
    return life.ask(
        () -> world.at(topic.name(), (place, touched) -> current(place, topic.kind(), wanted)));
  }

  private Map<String, Stored> current(Place place, String kind, List<String> keys) {
    Map<String, Stored> found = new HashMap<>();
    for (String key : keys) {
      found.put(key, stored(place, kind, key));
    }
    return found;
  }

  private Stored stored(Place place, String kind, String key) {
    Place.Entry entry = place.values(kind).get(key);
    return entry != null && entry.isAlive(world.nowMillis()) ? entry.stored() : Stored.ABSENT;
  }

  @Override
  public CompletableFuture<Map<Topic, Map<String, Stored>>> readAcross(
      Map<Topic, ? extends Collection<String>> keys) {
    Map<Topic, List<String>> wanted = new HashMap<>();
    keys.forEach((topic, ofTopic) -> wanted.put(topic, List.copyOf(ofTopic)));
    return life.ask(
        () -> {
          Map<Topic, Map<String, Stored>> found = new HashMap<>();
          wanted.forEach(
              (topic, ofTopic) ->
                  found.put(
                      topic,
                      world.at(
                          topic.name(),
                          (place, touched) -> current(place, topic.kind(), ofTopic))));
          return found;
        });
  }

  @Override
  public CompletableFuture<Map<String, Stored>> readAll(Topic topic) {
    return life.ask(
        () -> world.at(topic.name(), (place, touched) -> allPresent(place, topic.kind())));
  }

  private Map<String, Stored> allPresent(Place place, String kind) {
    Map<String, Stored> present = new HashMap<>();
    long now = world.nowMillis();
    place
        .values(kind)
        .forEach(
            (key, entry) -> {
              if (entry.stored().value() != null && entry.isAlive(now)) {
                present.put(key, entry.stored());
              }
            });
    return present;
  }

  @Override
  public CompletableFuture<Commit> commit(
      Topic topic, List<Write> writes, Optional<Outgoing> publication, Optional<Notice> notice) {
    List<Write> changes = List.copyOf(writes);
    return life.ask(
        () -> {
          Commit commit =
              world.at(
                  topic.name(),
                  (place, touched) -> commit(place, topic.kind(), changes, publication, touched));
          if (commit.committed()) {
            notice.ifPresent(this::publish);
          }
          return commit;
        });
  }

  private void publish(Notice notice) {
    Topic topic = notice.topic();
    Outgoing message = Outgoing.of(notice.payload(), Retention.NONE);
    Position unused =
        world.at(
            topic.name(),
            (place, touched) ->
                InMemoryTopics.publish(world, place, topic.kind(), message, touched));
  }

  private Commit commit(
      Place place,
      String kind,
      List<Write> writes,
      Optional<Outgoing> publication,
      List<TopicDelivery> touched) {
    List<String> keys = writes.stream().map(Write::key).toList();
    Map<String, Stored> current = current(place, kind, keys);
    Optional<Position> earlier =
        publication.flatMap(message -> place.accepted(kind, message, world.nowMillis()));
    if (earlier.isPresent()) {
      return new Commit(true, current, earlier.get());
    }
    for (Write write : writes) {
      Version expected = write.expected();
      if (!expected.equals(Version.ANY)
          && !expected.equals(current.getOrDefault(write.key(), Stored.ABSENT).version())) {
        return new Commit(false, current, Position.NONE);
      }
    }
    Map<String, Stored> written = new HashMap<>();
    for (Write write : writes) {
      if (write.kind() != Write.Kind.CHECK) {
        written.put(write.key(), write(place, kind, write));
      }
    }
    Position position =
        publication
            .map(message -> InMemoryTopics.publish(world, place, kind, message, touched))
            .orElse(Position.NONE);
    return new Commit(true, written, position);
  }

  private Stored write(Place place, String kind, Write write) {
    long ttlMillis = write.ttl().toMillis();
    boolean removes = write.kind() == Write.Kind.REMOVE;
    if (removes && ttlMillis == 0) {
      place.values(kind).remove(write.key());
      return Stored.ABSENT;
    }
    long next = stored(place, kind, write.key()).version().number() + (removes ? 0 : 1);
    long number = write.number() == 0 ? next : write.number();
    String chosen = write.stamp();
    String stamp = chosen == null ? world.newToken() : chosen;
    Stored stored = new Stored(new Version(number, stamp), write.value());
    long expires = ttlMillis == 0 ? 0 : world.nowMillis() + ttlMillis;
    place.values(kind).put(write.key(), new Place.Entry(stored, expires));
    return stored;
  }
}
