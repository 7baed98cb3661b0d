// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

/** Counts nothing. */
public final class NoMetrics implements ServerMetrics {
  /** The only one. */
  public static final NoMetrics INSTANCE = new NoMetrics();

  private static final CommandMeter NO_METER = (outcome, nanos) -> {};

  private NoMetrics() {}

  @Override
  public void connectionOpened() {}

  @Override
  public void connectionClosed(int code) {}

  @Override
  public void bytesIn(long bytes) {}

  @Override
  public void bytesOut(long bytes) {}

  @Override
  public void malformedMessage() {}

  @Override
  public void limitHit(Limit limit) {}

  @Override
  public void slowConsumer() {}

  @Override
  public void latency(long nanos) {}

  @Override
  public void outboxes(long totalBytes, long fullestBytes) {}

  @Override
  public void upgradeRefused(String reason) {}

  @Override
  public CommandMeter command(String name) {
    return NO_METER;
  }

  @Override
  public CommandMeter unknownCommand() {
    return NO_METER;
  }
}
