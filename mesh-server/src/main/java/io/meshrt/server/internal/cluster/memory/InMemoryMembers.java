// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.memory;

import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.MemberEvent;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Outgoing;
import io.meshrt.server.internal.cluster.Retention;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.TopicDelivery;
import io.meshrt.server.internal.cluster.Version;
import io.meshrt.server.internal.cluster.memory.Place.Membership;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Members of groups, under the lock of the group's name. */
final class InMemoryMembers implements Members {
  private final InMemoryWorld world;
  private final NodeLife life;

  InMemoryMembers(InMemoryWorld world, NodeLife life) {
    this.world = world;
    this.life = life;
  }

  @Override
  public CompletableFuture<Boolean> join(Topic group, String member, byte @Nullable [] value) {
    return life.ask(
        () -> {
          NodeId self = life.self();
          world.addToIndex(self, member, group);
          return world.at(
              group.name(), (place, touched) -> join(place, group, member, self, value, touched));
        });
  }

  private boolean join(
      Place place,
      Topic group,
      String member,
      NodeId self,
      byte @Nullable [] value,
      List<TopicDelivery> touched) {
    Map<String, Membership> members = place.members(group.kind());
    Membership present = members.get(member);
    Stored before = present == null ? Stored.ABSENT : present.value();
    Membership joined =
        new Membership(self, value == null ? before : next(before.version(), value));
    members.put(member, joined);
    if (present == null) {
      announce(place, group, MemberEvent.Type.JOINED, member, joined, touched);
    }
    return present == null;
  }

  private Stored next(Version before, byte @Nullable [] value) {
    return new Stored(new Version(before.number() + 1, world.newToken()), value);
  }

  private void announce(
      Place place,
      Topic group,
      MemberEvent.Type type,
      String member,
      Membership membership,
      List<TopicDelivery> touched) {
    byte @Nullable [] value = type == MemberEvent.Type.LEFT ? null : membership.value().value();
    MemberEvent event =
        new MemberEvent(
            type, new Member(member, membership.owner(), membership.value().version(), value));
    Outgoing message = Outgoing.of(event.encode(), Retention.NUMBERED);
    InMemoryTopics.publish(world, place, group.events().kind(), message, touched);
  }

  @Override
  public CompletableFuture<Boolean> leave(Topic group, String member) {
    return life.ask(() -> !remove(group, members -> Set.of(member), owner -> true).isEmpty());
  }

  @Override
  public CompletableFuture<Void> forOwn(Function<Collection<Entry>, CompletableFuture<?>> step) {
    return life.ask(
            () -> {
              List<Entry> own = new ArrayList<>();
              world
                  .index(life.self())
                  .forEach(
                      (member, groups) ->
                          groups.forEach(group -> own.add(new Entry(member, group))));
              return own;
            })
        .thenCompose(own -> step.apply(own))
        .thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Set<String>> clear(Topic group) {
    return life.ask(() -> remove(group, LinkedHashSet::new, owner -> true));
  }

  /** Removes and announces those that are members and whose owner fits; tells who they were. */
  private Set<String> remove(
      Topic group, UnaryOperator<Set<String>> which, Predicate<NodeId> whose) {
    Map<String, NodeId> removed =
        world.at(
            group.name(),
            (place, touched) -> {
              Map<String, NodeId> gone = new LinkedHashMap<>();
              Map<String, Membership> members = place.members(group.kind());
              for (String id : which.apply(members.keySet())) {
                Membership member = members.get(id);
                if (member != null && whose.test(member.owner())) {
                  members.remove(id);
                  gone.put(id, member.owner());
                  announce(place, group, MemberEvent.Type.LEFT, id, member, touched);
                }
              }
              return gone;
            });
    removed.forEach((member, owner) -> world.removeFromIndex(owner, member, group));
    return removed.keySet();
  }

  /** Removes everything a life owned. */
  void reap(NodeId dead) {
    world
        .index(dead)
        .forEach(
            (member, groups) -> {
              for (Topic group : List.copyOf(groups)) {
                remove(group, members -> Set.of(member), dead::equals);
              }
            });
    world.forgetNode(dead);
  }

  @Override
  public CompletableFuture<ValueChange> setValue(
      Topic group, String member, Version expected, byte @Nullable [] value, boolean silent) {
    return life.ask(
        () ->
            world.at(
                group.name(),
                (place, touched) ->
                    setValue(place, group, member, expected, value, silent, touched)));
  }

  private ValueChange setValue(
      Place place,
      Topic group,
      String member,
      Version expected,
      byte @Nullable [] value,
      boolean silent,
      List<TopicDelivery> touched) {
    Membership present = place.members(group.kind()).get(member);
    if (present == null || !world.isLive(present.owner())) {
      return new ValueChange(false, Stored.ABSENT);
    }
    Version before = present.value().version();
    if (!expected.equals(Version.ANY) && !expected.equals(before)) {
      return new ValueChange(false, present.value());
    }
    Membership changed = new Membership(present.owner(), next(before, value));
    place.members(group.kind()).put(member, changed);
    if (!silent) {
      announce(place, group, MemberEvent.Type.CHANGED, member, changed, touched);
    }
    return new ValueChange(true, changed.value());
  }

  @Override
  public CompletableFuture<Snapshot> members(Topic group) {
    return life.ask(
        () ->
            world.at(
                group.name(),
                (place, touched) ->
                    new Snapshot(
                        live(place, group.kind(), Optional.empty()),
                        place.head(group.events().kind()))));
  }

  @Override
  public CompletableFuture<List<Member>> find(Topic group, Collection<String> ids) {
    Set<String> wanted = new HashSet<>(ids);
    return life.ask(
        () ->
            world.at(
                group.name(), (place, touched) -> live(place, group.kind(), Optional.of(wanted))));
  }

  private List<Member> live(Place place, String kind, Optional<Set<String>> wanted) {
    List<Member> found = new ArrayList<>();
    place
        .members(kind)
        .forEach(
            (id, membership) -> {
              boolean asked = wanted.isEmpty() || wanted.get().contains(id);
              if (asked && world.isLive(membership.owner())) {
                Stored value = membership.value();
                found.add(new Member(id, membership.owner(), value.version(), value.value()));
              }
            });
    return found;
  }

  @Override
  public CompletableFuture<Set<Topic>> groupsOf(NodeId owner, String member) {
    return life.ask(
        () ->
            world.isLive(owner)
                ? Set.copyOf(world.index(owner).getOrDefault(member, Set.of()))
                : Set.of());
  }

  @Override
  public CompletableFuture<Set<Topic>> groups(String kind) {
    return life.ask(
        () ->
            world.groups(
                kind,
                place -> place.hasMembers(kind) && !live(place, kind, Optional.empty()).isEmpty()));
  }
}
