// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** Counts of channels. */
public final class ChannelCounts implements ChannelMeter {
  private int published;
  private int subscriptions;
  private int historyReads;
  private int recovered;
  private int gaps;

  public synchronized int publications() {
    return published;
  }

  public synchronized int subscriptions() {
    return subscriptions;
  }

  public synchronized int historyReads() {
    return historyReads;
  }

  public synchronized int recovered() {
    return recovered;
  }

  public synchronized int gaps() {
    return gaps;
  }

  @Override
  public synchronized void published() {
    published++;
  }

  @Override
  public synchronized void subscriptions(int change) {
    subscriptions += change;
  }

  @Override
  public synchronized void historyRead() {
    historyReads++;
  }

  @Override
  public synchronized void recovered(int publications) {
    recovered += publications;
  }

  @Override
  public synchronized void gap() {
    gaps++;
  }
}
