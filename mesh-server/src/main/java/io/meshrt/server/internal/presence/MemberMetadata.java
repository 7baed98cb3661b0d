// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.presence;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Topic;
import io.meshrt.server.internal.roster.ConnectionGroups;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The metadata of connections, read for several at once. */
final class MemberMetadata {
  private final Members members;

  MemberMetadata(Members members) {
    this.members = members;
  }

  /** By id; without those that have none. At most one request for each group of connections. */
  CompletableFuture<Map<String, RawJson>> of(Collection<String> ids) {
    Map<Topic, List<String>> byGroup =
        ids.stream().collect(Collectors.groupingBy(ConnectionGroups::of));
    CompletableFuture<Map<String, RawJson>> all =
        CompletableFuture.completedFuture(new HashMap<>());
    for (Map.Entry<Topic, List<String>> group : byGroup.entrySet()) {
      all = all.thenCombine(members.find(group.getKey(), group.getValue()), MemberMetadata::with);
    }
    return all;
  }

  private static Map<String, RawJson> with(Map<String, RawJson> all, List<Member> found) {
    for (Member member : found) {
      byte[] value = member.value();
      if (value != null && value.length > 0) {
        all.put(member.id(), RawJson.ofValid(value));
      }
    }
    return all;
  }
}
