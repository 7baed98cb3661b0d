// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.attendance;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Topic;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Where in the cluster the nodes stand that have something under a name. Immutable. */
public interface Layout {
  /** The group of a name. */
  Topic group(String name);

  /** What a node is called in that group. */
  String member(String name, String node);

  /** The name a member of a group stands for; empty if the group is none of these. */
  Optional<String> nameOf(Members.Entry entry);

  /** The nodes that stand for a name now, as members. */
  CompletableFuture<List<Member>> find(Cluster cluster, String name);

  /** Where is kept what was told of. */
  Topic told();

  /** A group for each name: for few names, each asked for by itself. */
  static Layout groupForEach(String kind, String toldKind) {
    return new GroupForEach(kind, new Topic(toldKind, ""));
  }

  /** Some groups for all names: for many, of which lists are wanted. */
  static Shared shared(String kind, String toldKind, int groups) {
    return new Shared(kind, new Topic(toldKind, ""), groups);
  }

  /** See {@link #groupForEach}. */
  record GroupForEach(String kind, Topic told) implements Layout {
    @Override
    public Topic group(String name) {
      return new Topic(kind, name);
    }

    @Override
    public String member(String name, String node) {
      return node;
    }

    @Override
    public Optional<String> nameOf(Members.Entry entry) {
      return entry.group().kind().equals(kind)
          ? Optional.of(entry.group().name())
          : Optional.empty();
    }

    @Override
    public CompletableFuture<List<Member>> find(Cluster cluster, String name) {
      return cluster.members().members(group(name)).thenApply(Members.Snapshot::members);
    }
  }

  /** See {@link #shared}. A member is the node's name, which has no space, a space and the name. */
  record Shared(String kind, Topic told, int groups) implements Layout {
    @Override
    public Topic group(String name) {
      return new Topic(kind, Integer.toString(Math.floorMod(name.hashCode(), groups)));
    }

    /** All groups, in order. */
    public List<Topic> all() {
      return IntStream.range(0, groups)
          .mapToObj(number -> new Topic(kind, Integer.toString(number)))
          .toList();
    }

    @Override
    public String member(String name, String node) {
      return node + " " + name;
    }

    /** The name a member stands for. */
    public String nameOf(Member member) {
      return member.id().substring(member.id().indexOf(' ') + 1);
    }

    @Override
    public Optional<String> nameOf(Members.Entry entry) {
      return entry.group().kind().equals(kind)
          ? Optional.of(entry.member().substring(entry.member().indexOf(' ') + 1))
          : Optional.empty();
    }

    @Override
    public CompletableFuture<List<Member>> find(Cluster cluster, String name) {
      return cluster
          .liveNodes()
          .thenCompose(
              live -> {
                Set<String> members =
                    live.stream()
                        .map(node -> member(name, node.name()))
                        .collect(Collectors.toSet());
                return cluster.members().find(group(name), members);
              });
    }
  }
}
