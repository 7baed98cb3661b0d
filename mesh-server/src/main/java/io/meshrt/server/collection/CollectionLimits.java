// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.collection;

/**
 * How large collections may be.
 *
 * @param maxMembers records of one collection, those beyond a query's own limit included; beyond it
 *     subscribing fails with {@code ELIMIT}, and subscriptions end
 * @param maxBytes of their values as JSON, likewise
 * @param maxPageRecords records in one reply or push; more follow in further pushes
 * @param maxPageBytes of their values; one record is always in it
 */
public record CollectionLimits(int maxMembers, int maxBytes, int maxPageRecords, int maxPageBytes) {
  /** Refuses limits below 1. */
  public CollectionLimits {
    requirePositive("maxMembers", maxMembers);
    requirePositive("maxBytes", maxBytes);
    requirePositive("maxPageRecords", maxPageRecords);
    requirePositive("maxPageBytes", maxPageBytes);
  }

  /** 10,000 records of 32 MiB; 1,000 records or 256 KiB at a time. */
  public static CollectionLimits defaults() {
    return new CollectionLimits(10_000, 32 << 20, 1_000, 256 << 10);
  }

  public CollectionLimits withMaxMembers(int records) {
    return new CollectionLimits(records, maxBytes, maxPageRecords, maxPageBytes);
  }

  public CollectionLimits withMaxBytes(int bytes) {
    return new CollectionLimits(maxMembers, bytes, maxPageRecords, maxPageBytes);
  }

  public CollectionLimits withMaxPageRecords(int records) {
    return new CollectionLimits(maxMembers, maxBytes, records, maxPageBytes);
  }

  public CollectionLimits withMaxPageBytes(int bytes) {
    return new CollectionLimits(maxMembers, maxBytes, maxPageRecords, bytes);
  }

  private static void requirePositive(String name, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(name + ": " + limit);
    }
  }
}
