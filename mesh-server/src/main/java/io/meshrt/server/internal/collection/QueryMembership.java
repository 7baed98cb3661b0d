// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.codec.RawJson;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.collection.CollectionQuery;
import io.meshrt.server.internal.cluster.Stored;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a query finds. Looks at every record once, and again when it has changed. */
final class QueryMembership<T> implements Membership {
  private static final Logger log = LoggerFactory.getLogger(QueryMembership.class);
  private static final Comparator<Member> BY_ID =
      Comparator.comparing(Member::id, CodePoints.ORDER);

  private final CollectionQuery<T> query;
  private final Tools tools;
  private final @Nullable Comparator<Member> order;
  private boolean complained;

  /**
   * What members are found with.
   *
   * @param executor application code and large values run there
   */
  record Tools(RecordSource source, JsonValues json, Executor executor, Sizes sizes) {}

  QueryMembership(CollectionQuery<T> query, Tools tools) {
    this.query = query;
    this.tools = tools;
    this.order = order(query);
  }

  private static <T> @Nullable Comparator<Member> order(CollectionQuery<T> query) {
    Comparator<? super T> order = query.order();
    if (order == null) {
      return null;
    }
    Comparator<Member> byValue =
        (a, b) -> order.compare(query.type().cast(a.value()), query.type().cast(b.value()));
    return byValue.thenComparing(BY_ID);
  }

  @Override
  public String prefix() {
    return query.prefix();
  }

  @Override
  public CompletableFuture<Map<String, Member>> next(
      Map<String, Member> known, Set<String> changed, boolean all) {
    if (all) {
      return load("", known, new HashMap<>());
    }
    Map<String, Member> next = new HashMap<>(known);
    return tools
        .source()
        .read(changed)
        .thenApplyAsync(
            values -> {
              values.forEach((id, stored) -> take(id, stored, known, next));
              tools.sizes().check(next.values());
              return next;
            },
            tools.executor());
  }

  private CompletableFuture<Map<String, Member>> load(
      String after, Map<String, Member> known, Map<String, Member> found) {
    return tools
        .source()
        .page(query.prefix(), after)
        .thenApplyAsync(
            page -> {
              page.records().forEach((id, stored) -> take(id, stored, known, found));
              tools.sizes().check(found.values());
              return page;
            },
            tools.executor())
        .thenCompose(
            page ->
                page.next().isEmpty()
                    ? CompletableFuture.completedFuture(found)
                    : load(page.next().get(), known, found));
  }

  private void take(
      String id, Stored stored, Map<String, Member> known, Map<String, Member> members) {
    Member before = known.get(id);
    Member now =
        before != null && before.version().equals(stored.version()) ? before : member(id, stored);
    if (now == null) {
      members.remove(id);
    } else {
      members.put(id, now);
    }
  }

  private @Nullable Member member(String id, Stored stored) {
    byte[] bytes = stored.value();
    if (bytes == null || !id.startsWith(query.prefix())) {
      return null;
    }
    RawJson json = RawJson.ofValid(bytes);
    Predicate<? super T> filter = query.filter();
    if (filter == null && order == null && query.type() == JsonNode.class) {
      return new Member(id, stored.version(), json, null);
    }
    T value = value(json);
    boolean taken = value != null && (filter == null || takes(filter, value));
    return taken ? new Member(id, stored.version(), json, order == null ? null : value) : null;
  }

  private @Nullable T value(RawJson json) {
    try {
      return tools.json().decode(json, query.type());
    } catch (CommandException e) {
      return null; // does not fit the type
    }
  }

  private boolean takes(Predicate<? super T> filter, T value) {
    try {
      return filter.test(value);
    } catch (RuntimeException e) {
      if (!complained) {
        complained = true;
        log.error("the filter of a collection failed; its further failures are not told", e);
      }
      return false;
    }
  }

  @Override
  public List<Member> shown(Collection<Member> members) {
    List<Member> sorted = new ArrayList<>(members);
    sorted.sort(order == null ? BY_ID : order);
    return sorted.size() <= query.limit() ? sorted : sorted.subList(0, query.limit());
  }
}
