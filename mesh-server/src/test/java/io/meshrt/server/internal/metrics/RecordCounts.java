// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import java.util.EnumMap;
import java.util.Map;

/** Counts of records. */
public final class RecordCounts implements RecordMeter {
  private final Map<Outcome, Integer> writes = new EnumMap<>(Outcome.class);
  private int conflicts;
  private int subscriptions;
  private int reloads;
  private int coalesced;

  public synchronized int writes(Outcome outcome) {
    return writes.getOrDefault(outcome, 0);
  }

  public synchronized int conflicts() {
    return conflicts;
  }

  public synchronized int subscriptions() {
    return subscriptions;
  }

  public synchronized int reloads() {
    return reloads;
  }

  public synchronized int coalescedUpdates() {
    return coalesced;
  }

  @Override
  public synchronized void write(Outcome outcome) {
    writes.merge(outcome, 1, Integer::sum);
  }

  @Override
  public synchronized void conflict() {
    conflicts++;
  }

  @Override
  public synchronized void subscriptions(int change) {
    subscriptions += change;
  }

  @Override
  public synchronized void reload() {
    reloads++;
  }

  @Override
  public synchronized void coalesced() {
    coalesced++;
  }
}
