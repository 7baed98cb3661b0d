// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicDelivery;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of one process share. Thread-safe. It has no threads and no timers: the nodes
 * bring theirs.
 */
public final class InMemoryWorld {
  private final Scheduler clock;
  private final Tokens tokens;
  private final ConcurrentHashMap<String, Place> places = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, InMemoryCatalog> catalogs = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<NodeId, Long> leaseEndNanos = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<NodeId, Map<String, Set<Topic>>> index =
      new ConcurrentHashMap<>();

  /**
   * An empty world.
   *
   * @param clock the world's time
   * @param seed of epochs and stamps
   */
  public InMemoryWorld(Scheduler clock, long seed) {
    this.clock = clock;
    this.tokens = new Tokens(seed);
  }

  long nowMillis() {
    return clock.currentTimeMillis();
  }

  String newToken() {
    return tokens.next();
  }

  /** The catalog of this word. */
  InMemoryCatalog catalog(String word) {
    return catalogs.computeIfAbsent(word, key -> new InMemoryCatalog());
  }

  /** One atomic step on what is kept under a name; it may list deliveries to drain afterwards. */
  interface Step<T> {
    T apply(Place place, List<TopicDelivery> touched);
  }

  /** Runs a step under the name's lock, then drains. */
  <T> T at(String name, Step<T> step) {
    List<TopicDelivery> touched = new ArrayList<>();
    AtomicReference<@Nullable T> result = new AtomicReference<>();
    places.compute(
        name,
        (key, existing) -> {
          Place place = existing == null ? new Place() : existing;
          result.set(step.apply(place, touched));
          return place.isEmptied() ? null : place;
        });
    touched.forEach(TopicDelivery::drain);
    return Objects.requireNonNull(result.get());
  }

  Set<Topic> groups(String kind, Function<Place, Boolean> hasLiveMember) {
    Set<Topic> groups = new HashSet<>();
    for (String name : places.keySet()) {
      if (at(name, (place, touched) -> hasLiveMember.apply(place))) {
        groups.add(new Topic(kind, name));
      }
    }
    return groups;
  }

  void forget() {
    for (String name : places.keySet()) {
      at(
          name,
          (place, touched) -> {
            place.forget(nowMillis());
            return true;
          });
    }
  }

  // Leases

  void register(NodeId node, Duration lease) {
    leaseEndNanos.put(node, clock.nanoTime() + lease.toNanos());
  }

  /** False if the lease had ended. */
  boolean renew(NodeId node, Duration lease) {
    long now = clock.nanoTime();
    long end = now + lease.toNanos();
    Long kept = leaseEndNanos.computeIfPresent(node, (key, old) -> old - now > 0 ? end : old);
    return kept != null && kept == end;
  }

  boolean isLive(NodeId node) {
    Long end = leaseEndNanos.get(node);
    return end != null && end - clock.nanoTime() > 0;
  }

  /** Those that are not forgotten. */
  Set<NodeId> nodes() {
    return Set.copyOf(leaseEndNanos.keySet());
  }

  Set<NodeId> nodes(boolean live) {
    Set<NodeId> nodes = new HashSet<>(leaseEndNanos.keySet());
    nodes.removeIf(node -> isLive(node) != live);
    return nodes;
  }

  /** Ends a lease now; the node can be reaped, again if it was before. */
  void retire(NodeId node) {
    leaseEndNanos.put(node, clock.nanoTime());
  }

  void forgetNode(NodeId node) {
    index.remove(node);
    leaseEndNanos.remove(node);
  }

  // Which groups each node's members are in

  // The sets do not change; most members are in one group, which then takes no table.

  void addToIndex(NodeId owner, String member, Topic group) {
    index
        .computeIfAbsent(owner, key -> new ConcurrentHashMap<>())
        .merge(member, Set.of(group), InMemoryWorld::union);
  }

  void removeFromIndex(NodeId owner, String member, Topic group) {
    Map<String, Set<Topic>> groupsByMember = index.get(owner);
    if (groupsByMember != null) {
      groupsByMember.computeIfPresent(member, (key, groups) -> without(groups, group));
    }
  }

  private static Set<Topic> union(Set<Topic> groups, Set<Topic> more) {
    Set<Topic> all = new HashSet<>(groups);
    return all.addAll(more) ? Set.copyOf(all) : groups;
  }

  private static @Nullable Set<Topic> without(Set<Topic> groups, Topic group) {
    Set<Topic> left = new HashSet<>(groups);
    left.remove(group);
    return left.isEmpty() ? null : Set.copyOf(left);
  }

  Map<String, Set<Topic>> index(NodeId owner) {
    return index.getOrDefault(owner, Map.of());
  }
}
