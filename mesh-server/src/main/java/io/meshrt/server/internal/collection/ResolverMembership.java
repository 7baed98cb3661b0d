// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import io.meshrt.core.codec.RawJson;
import io.meshrt.server.internal.cluster.Stored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What a resolver tells for one session. */
final class ResolverMembership implements Membership {
  /** Values read at once. */
  private static final int CHUNK = 64;

  private final String prefix;
  private final Supplier<CompletableFuture<Set<String>>> resolver;
  private final RecordSource source;
  private final Sizes sizes;

  /**
   * Asked nothing yet.
   *
   * @param resolver runs the application's
   */
  ResolverMembership(
      String prefix,
      Supplier<CompletableFuture<Set<String>>> resolver,
      RecordSource source,
      Sizes sizes) {
    this.prefix = prefix;
    this.resolver = resolver;
    this.source = source;
    this.sizes = sizes;
  }

  @Override
  public String prefix() {
    return prefix;
  }

  @Override
  public CompletableFuture<Map<String, Member>> next(
      Map<String, Member> known, Set<String> changed, boolean all) {
    return resolver
        .get()
        .thenCompose(
            ids -> {
              sizes.check(ids.size());
              Map<String, Member> members = new HashMap<>();
              List<String> unknown = new ArrayList<>();
              for (String id : ids) {
                Member before = known.get(id);
                if (before == null || all || changed.contains(id) || !id.startsWith(prefix)) {
                  unknown.add(id);
                } else {
                  members.put(id, before);
                }
              }
              return read(unknown, members);
            });
  }

  private CompletableFuture<Map<String, Member>> read(
      List<String> ids, Map<String, Member> members) {
    if (ids.isEmpty()) {
      return CompletableFuture.completedFuture(members);
    }
    List<String> chunk = ids.subList(0, Math.min(CHUNK, ids.size()));
    return source
        .read(chunk)
        .thenCompose(
            values -> {
              values.forEach((id, stored) -> take(id, stored, members));
              sizes.check(members.values());
              return read(ids.subList(chunk.size(), ids.size()), members);
            });
  }

  private static void take(String id, Stored stored, Map<String, Member> members) {
    byte[] value = stored.value();
    if (value != null) {
      members.put(id, new Member(id, stored.version(), RawJson.ofValid(value), null));
    }
  }

  @Override
  public List<Member> shown(Collection<Member> members) {
    return members.stream().sorted(Comparator.comparing(Member::id, CodePoints.ORDER)).toList();
  }
}
