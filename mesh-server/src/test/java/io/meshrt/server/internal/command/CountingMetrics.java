// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.command;

import io.meshrt.server.internal.metrics.CommandMeter;
import io.meshrt.server.internal.metrics.Limit;
import io.meshrt.server.internal.metrics.ServerMetrics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes down what is counted about commands and limits. */
final class CountingMetrics implements ServerMetrics {
  final List<String> outcomes = Collections.synchronizedList(new ArrayList<>());
  final List<Limit> limits = new ArrayList<>();

  @Override
  public CommandMeter command(String name) {
    return (outcome, nanos) -> outcomes.add(name + " " + outcome);
  }

  @Override
  public CommandMeter unknownCommand() {
    return (outcome, nanos) -> outcomes.add("? " + outcome);
  }

  @Override
  public void limitHit(Limit limit) {
    limits.add(limit);
  }

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
  public void slowConsumer() {}

  @Override
  public void latency(long nanos) {}

  @Override
  public void outboxes(long totalBytes, long fullestBytes) {}

  @Override
  public void upgradeRefused(String reason) {}
}
