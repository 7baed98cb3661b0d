// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.NodeId;
import io.meshrt.server.internal.cluster.Store;
import io.meshrt.server.internal.cluster.Stored;
import io.meshrt.server.internal.cluster.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was told of channels: that they have subscribers. Whoever changes it tells, so that each
 * change is told once, by one node. Thread-safe, never blocks.
 *
 * <p>Under the name of a channel stands one node that has subscribers; every node that comes or
 * goes compares it with the members of the group, and now and then somebody looks after those of
 * dead nodes.
 */
final class Announcements {
  private static final String KIND = "channel.nodes";
  private static final Topic TOLD = new Topic("channel.told", "");
  private static final Duration REMEMBERED = Duration.ofMinutes(1);

  /** Told of what this node has changed. */
  interface Listener {
    void onChange(String channel, boolean first);
  }

  private final Cluster cluster;
  private final Listener listener;

  Announcements(Cluster cluster, Listener listener) {
    this.cluster = cluster;
    this.listener = listener;
  }

  /** The nodes with subscribers of a channel. */
  static Topic group(String channel) {
    return new Topic(KIND, channel);
  }

  /** Whether a group is one of these, named as its channel. */
  static boolean isGroup(Topic group) {
    return group.kind().equals(KIND);
  }

  /** The channels of which this node stands for what was told. */
  CompletableFuture<List<String>> own() {
    String self = cluster.self().name();
    return cluster
        .store()
        .readAll(TOLD)
        .thenApply(
            told ->
                told.entrySet().stream()
                    .filter(entry -> self.equals(nameOf(entry.getValue())))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toList()));
  }

  /** Compares what was told of a channel with what is. */
  CompletableFuture<@Nullable Void> check(String channel) {
    return cluster
        .store()
        .read(TOLD, List.of(channel))
        .thenCompose(told -> check(channel, told.getOrDefault(channel, Stored.ABSENT)));
  }

  /** Looks after the channels of dead nodes. */
  void sweep() {
    CompletableFuture<?> unused =
        cluster
            .store()
            .readAll(TOLD)
            .thenCombine(cluster.liveNodes(), this::checkDead)
            .exceptionally(failure -> null);
  }

  private @Nullable Void checkDead(Map<String, Stored> told, Set<NodeId> live) {
    Set<String> names = live.stream().map(NodeId::name).collect(Collectors.toSet());
    told.forEach(
        (channel, node) -> {
          if (!names.contains(nameOf(node))) {
            CompletableFuture<?> unused = check(channel, node).exceptionally(failure -> null);
          }
        });
    return null;
  }

  private CompletableFuture<@Nullable Void> check(String channel, Stored told) {
    return cluster
        .members()
        .members(group(channel))
        .thenCompose(
            members ->
                correct(
                    channel,
                    told,
                    members.members().stream().map(Member::id).collect(Collectors.toSet())));
  }

  private CompletableFuture<@Nullable Void> correct(
      String channel, Stored told, Set<String> nodes) {
    String name = nameOf(told);
    if (name.isEmpty() ? nodes.isEmpty() : nodes.contains(name)) {
      return CompletableFuture.completedFuture(null);
    }
    Store.Write write =
        nodes.isEmpty()
            ? Store.Write.remove(channel, told.version(), REMEMBERED)
            : Store.Write.put(channel, told.version(), nodes.iterator().next().getBytes(UTF_8));
    return cluster
        .store()
        .commit(TOLD, write)
        .thenCompose(
            commit -> {
              if (!commit.committed()) {
                return check(channel);
              }
              if (name.isEmpty() || nodes.isEmpty()) {
                listener.onChange(channel, !nodes.isEmpty());
              }
              return CompletableFuture.completedFuture(null);
            });
  }

  private static String nameOf(Stored told) {
    byte[] value = told.value();
    return value == null ? "" : new String(value, UTF_8);
  }
}
