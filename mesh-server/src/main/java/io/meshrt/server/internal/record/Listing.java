// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.meshrt.server.internal.cluster.Catalogs;
import io.meshrt.server.internal.cluster.Store.Notice;
import io.meshrt.server.internal.cluster.Topic;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/*
 * A record is entered before it is created, under a token that no entry had before. Who deletes it
 * reads the token before and takes the entry out after, if it still has it: who creates the record
 * again in between has given it another one. So the catalog may name what is not there, for example
 * when a node dies between two of these steps, and never lacks what is.
 */
/** Where records are entered that can be listed, and their changes told. Thread-safe. */
final class Listing {
  static final String CATALOG = "records";

  /** Notices of it are ids, one in each line. */
  static final Topic CHANGES = new Topic("record.changes", "");

  private final Catalogs catalogs;
  private final Predicate<String> listed;

  /**
   * Nothing is entered yet.
   *
   * @param listed whether a record is to be listed
   */
  Listing(Catalogs catalogs, Predicate<String> listed) {
    this.catalogs = catalogs;
    this.listed = listed;
  }

  /**
   * To be waited for before a commit that creates and deletes records; tells what is to be given to
   * {@link #after}.
   */
  CompletableFuture<Map<String, String>> before(List<String> created, List<String> deleted) {
    List<String> added = listed(created);
    List<String> removed = listed(deleted);
    if (added.isEmpty() && removed.isEmpty()) {
      return CompletableFuture.completedFuture(Map.of());
    }
    CompletableFuture<Void> entered =
        added.isEmpty() ? CompletableFuture.completedFuture(null) : catalogs.add(CATALOG, added);
    return removed.isEmpty()
        ? entered.thenApply(done -> Map.of())
        : entered.thenCombine(catalogs.tokens(CATALOG, removed), (done, tokens) -> tokens);
  }

  /** The commit was done. Nobody waits for this: what fails here is found by whoever lists. */
  void after(Map<String, String> tokens) {
    if (!tokens.isEmpty()) {
      CompletableFuture<?> unused = catalogs.remove(CATALOG, tokens);
    }
  }

  /** What a commit that changes records tells. */
  Optional<Notice> notice(Collection<String> changed) {
    List<String> told = listed(changed);
    return told.isEmpty()
        ? Optional.empty()
        : Optional.of(new Notice(CHANGES, String.join("\n", told).getBytes(UTF_8)));
  }

  private List<String> listed(Collection<String> ids) {
    return ids.stream().filter(listed).toList();
  }
}
