// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** Counts of collections. */
public final class CollectionCounts implements CollectionMeter {
  private int subscriptions;
  private int views;
  private int resolutions;
  private int reloads;

  public synchronized int subscriptions() {
    return subscriptions;
  }

  public synchronized int views() {
    return views;
  }

  public synchronized int resolutions() {
    return resolutions;
  }

  public synchronized int reloads() {
    return reloads;
  }

  @Override
  public synchronized void subscriptions(int change) {
    subscriptions += change;
  }

  @Override
  public synchronized void views(int change) {
    views += change;
  }

  @Override
  public synchronized void resolution() {
    resolutions++;
  }

  @Override
  public synchronized void reload() {
    reloads++;
  }
}
