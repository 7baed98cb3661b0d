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
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a resolver tells for one session. */
final class ResolverMembership implements Membership {
  /** Values read at once. */
  private static final int CHUNK = 64;

  private final String prefix;
  private final Supplier<CompletableFuture<Set<String>>> resolver;
  private final RecordSource source;
  private final Sizes sizes;

  /** What the resolver told last; null before it has. */
  private volatile @Nullable Set<String> told;

  private volatile Set<String> beside = Set.of();

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
  public Set<String> beside() {
    return beside;
  }

  @Override
  public CompletableFuture<Map<String, Member>> next(
      Map<String, Member> known, Set<String> changed, boolean all) {
    Set<String> before = told;
    boolean same = before != null && !all && changed.stream().noneMatch(this::isWatched);
    CompletableFuture<Set<String>> answer =
        same ? CompletableFuture.completedFuture(before) : resolver.get();
    return answer.thenCompose(
        ids -> {
          sizes.check(ids.size());
          told = ids;
          beside = ids.stream().filter(id -> !isWatched(id)).collect(Collectors.toSet());
          Map<String, Member> members = new HashMap<>();
          List<String> unknown = new ArrayList<>();
          for (String id : ids) {
            Member member = known.get(id);
            if (member == null || all || changed.contains(id)) {
              unknown.add(id);
            } else {
              members.put(id, member);
            }
          }
          return read(unknown, members);
        });
  }

  private boolean isWatched(String id) {
    return id.startsWith(prefix);
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
