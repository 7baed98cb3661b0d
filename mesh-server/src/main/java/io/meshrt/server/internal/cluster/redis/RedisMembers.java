// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.cluster.redis;

import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Position;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Tokens;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.cluster.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Members: one hash for each group is the truth, index and directory find it. */
final class RedisMembers implements Members {
  private static final int AT_ONCE = 500;

  private final Gate gate;
  private final RedisKeys keys;
  private final Tokens tokens;
  private final Leases leases;
  private final MemberIndex index;
  private final Directory directory;

  RedisMembers(Gate gate, RedisKeys keys, Tokens tokens, Leases leases) {
    this.gate = gate;
    this.keys = keys;
    this.tokens = tokens;
    this.leases = leases;
    this.index = new MemberIndex(gate, keys);
    this.directory = new Directory(gate, keys);
  }

  MemberIndex index() {
    return index;
  }

  Directory directory() {
    return directory;
  }

  @Override
  public CompletableFuture<Boolean> join(Topic group, String member, byte @Nullable [] value) {
    NodeId self = leases.self();
    CompletableFuture<Void> indexed = index.add(self, new Entry(member, group));
    CompletableFuture<Void> noted = directory.note(group);
    return CompletableFuture.allOf(indexed, noted)
        .thenCompose(
            done ->
                run(
                    Script.JOIN,
                    group,
                    List.of(
                        member,
                        self,
                        value == null ? "0" : "1",
                        value == null ? "" : value,
                        tokens.next())))
        .thenApply(Reply::flag);
  }

  /** Runs a script whose arguments begin with the channel of the events and an epoch for them. */
  private CompletableFuture<Reply> run(Script script, Topic group, List<?> arguments) {
    Stream<?> first = Stream.of(keys.channel(group.events()), tokens.next());
    return gate.run(
        script, keys.members(group), Stream.concat(first, arguments.stream()).toArray());
  }

  @Override
  public CompletableFuture<Boolean> leave(Topic group, String member) {
    return remove(group, List.of(member), "")
        .thenCompose(
            removed -> {
              NodeId owner = removed.getOrDefault(member, leases.self());
              return index
                  .remove(owner, List.of(new Entry(member, group)))
                  .thenApply(done -> !removed.isEmpty());
            });
  }

  /** Removes those of {@code members} that {@code owner} owns, or anyone if it is empty. */
  CompletableFuture<Map<String, NodeId>> remove(Topic group, List<String> members, String owner) {
    List<String> arguments = new ArrayList<>(members.size() + 1);
    arguments.add(owner);
    arguments.addAll(members);
    return run(Script.REMOVE, group, arguments)
        .thenApply(
            reply -> {
              Map<String, NodeId> removed = new HashMap<>();
              while (reply.hasNext()) {
                removed.put(reply.text(), NodeId.parse(reply.text()));
              }
              return removed;
            });
  }

  @Override
  public CompletableFuture<Set<String>> clear(Topic group) {
    return read(group, List.of())
        .thenCompose(
            read -> {
              List<String> ids = read.members().stream().map(Member::id).toList();
              CompletableFuture<Set<String>> cleared =
                  CompletableFuture.completedFuture(new HashSet<>());
              for (int from = 0; from < ids.size(); from += AT_ONCE) {
                List<String> part = ids.subList(from, Math.min(from + AT_ONCE, ids.size()));
                cleared = cleared.thenCompose(before -> clear(group, part, before));
              }
              return cleared;
            });
  }

  private CompletableFuture<Set<String>> clear(Topic group, List<String> part, Set<String> before) {
    return remove(group, part, "")
        .thenCompose(
            removed -> {
              before.addAll(removed.keySet());
              Map<NodeId, List<Entry>> byOwner = new HashMap<>();
              removed.forEach(
                  (member, owner) ->
                      byOwner
                          .computeIfAbsent(owner, key -> new ArrayList<>())
                          .add(new Entry(member, group)));
              return CompletableFuture.allOf(
                      byOwner.entrySet().stream()
                          .map(entry -> index.remove(entry.getKey(), entry.getValue()))
                          .toArray(CompletableFuture<?>[]::new))
                  .thenApply(done -> before);
            });
  }

  @Override
  public CompletableFuture<ValueChange> setValue(
      Topic group, String member, Version expected, byte @Nullable [] value, boolean silent) {
    List<Object> arguments =
        List.of(
            member,
            expected.number(),
            expected.stamp(),
            value == null ? "0" : "1",
            value == null ? "" : value,
            tokens.next(),
            silent ? "1" : "0");
    return setValue(group, arguments, leases.live().known(), true);
  }

  private CompletableFuture<ValueChange> setValue(
      Topic group, List<Object> arguments, Set<NodeId> live, boolean mayAsk) {
    List<Object> all = new ArrayList<>(arguments);
    all.addAll(live);
    return run(Script.MEMBER_VALUE, group, all)
        .thenCompose(
            reply -> {
              String outcome = reply.text();
              String owner = reply.text();
              Stored stored = reply.stored();
              if (!outcome.equals("unknown") || !mayAsk) {
                return CompletableFuture.completedFuture(
                    new ValueChange(outcome.equals("changed"), stored));
              }
              return leases
                  .live()
                  .refresh()
                  .thenCompose(
                      fresh ->
                          fresh.contains(NodeId.parse(owner))
                              ? setValue(group, arguments, fresh, false)
                              : CompletableFuture.completedFuture(new ValueChange(false, stored)));
            });
  }

  @Override
  public CompletableFuture<Snapshot> members(Topic group) {
    return read(group, List.of()).thenCompose(this::onlyLive);
  }

  @Override
  public CompletableFuture<List<Member>> find(Topic group, Collection<String> ids) {
    List<String> asked = ids.stream().distinct().toList();
    List<CompletableFuture<Snapshot>> parts = new ArrayList<>();
    for (int from = 0; from < asked.size(); from += AT_ONCE) {
      List<String> part = asked.subList(from, Math.min(from + AT_ONCE, asked.size()));
      parts.add(read(group, part));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenCompose(
            done -> {
              List<Member> found =
                  parts.stream().flatMap(part -> part.join().members().stream()).toList();
              return onlyLive(new Snapshot(found, Position.NONE));
            })
        .thenApply(Snapshot::members);
  }

  /** Everyone in the hash, of live nodes or not. */
  private CompletableFuture<Snapshot> read(Topic group, List<String> ids) {
    return gate.run(Script.MEMBERS, keys.members(group), ids.toArray())
        .thenApply(
            reply -> {
              Position position = reply.position();
              List<Member> members = new ArrayList<>();
              while (reply.hasNext()) {
                String id = reply.text();
                NodeId owner = NodeId.parse(reply.text());
                Stored value = reply.stored();
                members.add(new Member(id, owner, value.version(), value.value()));
              }
              return new Snapshot(members, position);
            });
  }

  private CompletableFuture<Snapshot> onlyLive(Snapshot read) {
    Set<NodeId> owners = new HashSet<>();
    read.members().forEach(member -> owners.add(member.owner()));
    return leases
        .live()
        .judge(owners)
        .thenApply(
            lives -> {
              Predicate<Member> live = member -> lives.test(member.owner());
              return new Snapshot(read.members().stream().filter(live).toList(), read.position());
            });
  }

  @Override
  public CompletableFuture<Void> forOwn(Function<Collection<Entry>, CompletableFuture<?>> step) {
    NodeId self = leases.self();
    return index.first(self, AT_ONCE).thenCompose(first -> forOwn(self, first, step));
  }

  private CompletableFuture<Void> forOwn(
      NodeId self, List<Entry> part, Function<Collection<Entry>, CompletableFuture<?>> step) {
    if (part.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    Entry last = part.get(part.size() - 1);
    return step.apply(part)
        .thenCompose(done -> index.after(self, last, AT_ONCE))
        .thenCompose(next -> forOwn(self, next, step));
  }

  @Override
  public CompletableFuture<Set<Topic>> groupsOf(NodeId owner, String member) {
    return index
        .ofMember(owner, member)
        .thenCompose(
            entries ->
                those(
                    entries.stream().map(Entry::group).toList(),
                    group -> find(group, List.of(member)).thenApply(found -> !found.isEmpty())));
  }

  @Override
  public CompletableFuture<Set<Topic>> groups(String kind) {
    return directory.groups(kind).thenCompose(groups -> those(groups, this::hasMembers));
  }

  /** Whether anyone live is in a group. */
  CompletableFuture<Boolean> hasMembers(Topic group) {
    return members(group).thenApply(snapshot -> !snapshot.members().isEmpty());
  }

  private static CompletableFuture<Set<Topic>> those(
      Collection<Topic> groups, Function<Topic, CompletableFuture<Boolean>> fit) {
    Map<Topic, CompletableFuture<Boolean>> answers = new HashMap<>();
    groups.forEach(group -> answers.put(group, fit.apply(group)));
    return CompletableFuture.allOf(answers.values().toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              Set<Topic> fitting = new HashSet<>();
              answers.forEach(
                  (group, fits) -> {
                    if (fits.join()) {
                      fitting.add(group);
                    }
                  });
              return fitting;
            });
  }
}
