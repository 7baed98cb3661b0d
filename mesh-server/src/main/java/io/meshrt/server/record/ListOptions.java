// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.record;

/**
 * Which page of a list of records.
 *
 * @param after the id behind which it begins, of a record that need not be there; empty for the
 *     first page
 * @param limit of records in a page, 1 to 300
 */
public record ListOptions(String after, int limit) {
  private static final int MAX_LIMIT = 300;

  /** Refuses limits that are not between 1 and 300. */
  public ListOptions {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw new IllegalArgumentException("limit: " + limit);
    }
  }

  /** The first 100. */
  public static ListOptions defaults() {
    return new ListOptions("", 100);
  }

  public ListOptions withAfter(String id) {
    return new ListOptions(id, limit);
  }

  public ListOptions withLimit(int records) {
    return new ListOptions(after, records);
  }
}
