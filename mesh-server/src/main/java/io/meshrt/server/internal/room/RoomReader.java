// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.mirror.RoomMirror;
import io.meshrt.server.internal.roster.MetadataReader;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks the cluster who is in which room. */
final class RoomReader {
  /** Kind of the groups. */
  static final String KIND = RoomMirror.group("").kind();

  private final Members members;
  private final MetadataReader metadata;

  RoomReader(Members members) {
    this.members = members;
    this.metadata = new MetadataReader(members);
  }

  /**
   * Someone in a room.
   *
   * @param metadata null without any
   */
  record Present(Member member, @Nullable RawJson metadata) {
    String id() {
      return member.id();
    }
  }

  /** One request. */
  CompletableFuture<List<Member>> members(String room) {
    return members.members(RoomMirror.group(room)).thenApply(Members.Snapshot::members);
  }

  /** One request. */
  CompletableFuture<Set<String>> memberIds(String room) {
    return members(room).thenApply(RoomReader::ids);
  }

  /** At most 17 requests. */
  CompletableFuture<List<Present>> present(String room) {
    return members(room)
        .thenCompose(found -> metadata.of(ids(found)).thenApply(values -> present(found, values)));
  }

  CompletableFuture<Boolean> isMember(String room, String connectionId) {
    return members
        .find(RoomMirror.group(room), List.of(connectionId))
        .thenApply(found -> !found.isEmpty());
  }

  /** 16 requests, and one for each room. */
  CompletableFuture<Set<String>> rooms() {
    return members.groups(KIND).thenApply(RoomReader::names);
  }

  static Set<String> names(Set<Topic> groups) {
    return groups.stream().map(Topic::name).collect(Collectors.toUnmodifiableSet());
  }

  private static List<Present> present(List<Member> found, Map<String, RawJson> values) {
    return found.stream().map(member -> new Present(member, values.get(member.id()))).toList();
  }

  private static Set<String> ids(List<Member> members) {
    return members.stream().map(Member::id).collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
