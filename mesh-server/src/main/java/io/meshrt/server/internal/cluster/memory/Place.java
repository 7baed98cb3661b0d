// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Publication;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.TopicDelivery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Everything kept for the topics of one name, by kind. Used only under its lock, which is {@link
 * InMemoryWorld#at}; nothing here calls out but to append to a delivery.
 */
final class Place {
  private final Map<String, InMemoryStream> streams = new HashMap<>();
  private final Map<String, List<TopicDelivery>> deliveries = new HashMap<>();
  private final Map<String, Map<String, Entry>> values = new HashMap<>();
  private final Map<String, Map<String, Membership>> members = new HashMap<>();

  /** A stored value; {@code expiresMillis} 0 is never. */
  record Entry(Stored stored, long expiresMillis) {
    boolean isAlive(long nowMillis) {
      return expiresMillis == 0 || nowMillis < expiresMillis;
    }
  }

  /** Who owns a member, and what is attached. */
  record Membership(NodeId owner, Stored value) {}

  Optional<InMemoryStream> stream(String kind) {
    return Optional.ofNullable(streams.get(kind));
  }

  Position head(String kind) {
    return stream(kind).map(InMemoryStream::head).orElse(Position.NONE);
  }

  /** Position of an earlier acceptance under the same id. */
  Optional<Position> accepted(String kind, Outgoing message, long nowMillis) {
    return stream(kind)
        .flatMap(stream -> stream.accepted(message, nowMillis))
        .map(Publication::position);
  }

  /** Numbers, keeps and appends to every delivery; {@code touched} gets those to drain. */
  Position publish(
      String kind,
      Outgoing message,
      long nowMillis,
      Supplier<String> newEpoch,
      List<TopicDelivery> touched) {
    InMemoryStream stream = streams.get(kind);
    if (stream == null && message.needsNumber()) {
      stream = new InMemoryStream(newEpoch.get());
      streams.put(kind, stream);
    }
    Publication publication =
        stream == null
            ? new Publication(Position.NONE, nowMillis, message.payload())
            : stream.append(message, nowMillis);
    for (TopicDelivery delivery : deliveries.getOrDefault(kind, List.of())) {
      delivery.offer(publication);
      touched.add(delivery);
    }
    return publication.position();
  }

  void listen(String kind, TopicDelivery delivery) {
    deliveries.computeIfAbsent(kind, k -> new ArrayList<>()).add(delivery);
  }

  void unlisten(String kind, TopicDelivery delivery) {
    List<TopicDelivery> remaining = deliveries.get(kind);
    if (remaining != null && remaining.remove(delivery) && remaining.isEmpty()) {
      deliveries.remove(kind);
    }
  }

  Map<String, Entry> values(String kind) {
    return values.computeIfAbsent(kind, k -> new LinkedHashMap<>());
  }

  Map<String, Membership> members(String kind) {
    return members.computeIfAbsent(kind, k -> new LinkedHashMap<>());
  }

  boolean hasMembers(String kind) {
    return members.containsKey(kind);
  }

  List<String> memberKinds() {
    return List.copyOf(members.keySet());
  }

  void forget(long nowMillis) {
    streams
        .entrySet()
        .removeIf(
            entry ->
                !deliveries.containsKey(entry.getKey())
                    && entry.getValue().isForgettable(nowMillis));
    values.values().forEach(map -> map.values().removeIf(entry -> !entry.isAlive(nowMillis)));
  }

  /** Drops empty maps; true if nothing is left. */
  boolean isEmptied() {
    values.values().removeIf(Map::isEmpty);
    members.values().removeIf(Map::isEmpty);
    return streams.isEmpty() && deliveries.isEmpty() && values.isEmpty() && members.isEmpty();
  }
}
