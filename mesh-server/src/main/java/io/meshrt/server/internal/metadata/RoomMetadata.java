// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.server.connection.Metadata;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/**
 * The metadata of rooms, kept in the cluster's store in 16 topics, so that all of it can be read.
 * Thread-safe, never blocks. Writers that meet try again, after five times with a pause.
 */
public final class RoomMetadata {
  private static final String KIND = "room.metadata";
  private static final int TOPICS = 16;
  private static final int EAGER_ATTEMPTS = 5;
  private static final int MAX_PAUSE_MILLIS = 50;

  private final Store store;
  private final Scheduler scheduler;
  private final JsonValues json;
  private final HandlerThreads threads;
  private final ServerMetrics metrics;
  private final int maxBytes;

  /** At most {@code maxBytes} of JSON for each room. */
  public RoomMetadata(
      Store store,
      Scheduler scheduler,
      JsonValues json,
      HandlerThreads threads,
      ServerMetrics metrics,
      int maxBytes) {
    this.store = store;
    this.scheduler = scheduler;
    this.json = json;
    this.threads = threads;
    this.metrics = metrics;
    this.maxBytes = maxBytes;
  }

  /** That of one room. */
  public Metadata of(String room) {
    return new MetadataDoor(new OfRoom(room), json, threads, metrics);
  }

  /** That of all rooms which have any; 16 requests. */
  public CompletableFuture<Map<String, JsonNode>> all() {
    CompletableFuture<Map<String, JsonNode>> all =
        CompletableFuture.completedFuture(new HashMap<>());
    for (Topic topic : IntStream.range(0, TOPICS).mapToObj(RoomMetadata::topic).toList()) {
      all = all.thenCombine(store.readAll(topic), this::with);
    }
    return all;
  }

  private Map<String, JsonNode> with(Map<String, JsonNode> all, Map<String, Stored> some) {
    some.forEach(
        (room, stored) -> {
          byte[] value = stored.value();
          if (value != null) {
            all.put(room, json.tree(RawJson.ofValid(value)));
          }
        });
    return all;
  }

  private static Topic topic(int number) {
    return new Topic(KIND, Integer.toString(number));
  }

  private final class OfRoom implements MetadataKeeper {
    private final String room;
    private final Topic topic;

    OfRoom(String room) {
      this.room = room;
      this.topic = topic(Math.floorMod(room.hashCode(), TOPICS));
    }

    @Override
    public CompletableFuture<Optional<byte[]>> read() {
      return stored().thenApply(stored -> Optional.ofNullable(stored.value()));
    }

    private CompletableFuture<Stored> stored() {
      return store
          .read(topic, List.of(room))
          .thenApply(values -> values.getOrDefault(room, Stored.ABSENT));
    }

    @Override
    public CompletableFuture<Void> change(MetadataChange change, JsonNode value) {
      return stored().thenCompose(stored -> attempt(change, value, stored, 1));
    }

    private CompletableFuture<Void> attempt(
        MetadataChange change, JsonNode value, Stored stored, int attempt) {
      byte[] next = change.apply(stored.value(), value, maxBytes);
      if (next == null && stored.value() == null) {
        return CompletableFuture.completedFuture(null);
      }
      Store.Write write =
          next == null
              ? Store.Write.remove(room, stored.version(), Duration.ZERO)
              : Store.Write.put(room, stored.version(), next);
      return store
          .commit(topic, write)
          .thenCompose(
              commit -> {
                if (commit.committed()) {
                  return CompletableFuture.completedFuture(null);
                }
                Stored current = commit.entries().getOrDefault(room, Stored.ABSENT);
                return pause(attempt)
                    .thenCompose(done -> attempt(change, value, current, attempt + 1));
              });
    }

    private CompletableFuture<Void> pause(int attempt) {
      CompletableFuture<Void> over = new CompletableFuture<>();
      if (attempt < EAGER_ATTEMPTS) {
        over.complete(null);
      } else {
        int millis = ThreadLocalRandom.current().nextInt(1, MAX_PAUSE_MILLIS);
        scheduler.schedule(() -> over.complete(null), Duration.ofMillis(millis));
      }
      return over;
    }
  }
}
