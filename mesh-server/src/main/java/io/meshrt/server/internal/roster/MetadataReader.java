// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.roster;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Member;
import io.meshrt.server.internal.cluster.Members;
import io.meshrt.server.internal.cluster.Topic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Reads the metadata of connections, of whatever node. Thread-safe, never blocks. */
public final class MetadataReader {
  private final Members members;

  /** Over the connections of a cluster. */
  public MetadataReader(Members members) {
    this.members = members;
  }

  /**
   * By connection, without those that have none or are not there. One request for each of the
   * groups the connections are registered in, at most 16.
   */
  public CompletableFuture<Map<String, RawJson>> of(Collection<String> connectionIds) {
    Map<Topic, List<String>> byGroup =
        connectionIds.stream().collect(Collectors.groupingBy(ConnectionGroups::of));
    CompletableFuture<Map<String, RawJson>> all =
        CompletableFuture.completedFuture(new HashMap<>());
    for (Map.Entry<Topic, List<String>> group : byGroup.entrySet()) {
      all = all.thenCombine(members.find(group.getKey(), group.getValue()), MetadataReader::with);
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
