// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.collection;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What decides which records are in a collection. One question at a time. */
interface Membership {
  /** Begins the ids of all records that decide who is in it. */
  String prefix();

  /** Ids of records that are in it when they exist, and begin with something else. Any thread. */
  default Set<String> beside() {
    return Set.of();
  }

  /**
   * The records that are in it now.
   *
   * @param known those that were in it; not to be changed
   * @param changed what may have changed since
   * @param all whether anything may have
   */
  CompletableFuture<Map<String, Member>> next(
      Map<String, Member> known, Set<String> changed, boolean all);

  /** Those that are shown, in their order. Runs on a handler thread. */
  List<Member> shown(Collection<Member> members);
}
