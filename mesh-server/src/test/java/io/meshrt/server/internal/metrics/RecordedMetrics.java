// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Remembers what was counted. */
public final class RecordedMetrics implements ServerMetrics {
  private final ChannelCounts channels = new ChannelCounts();
  private final RecordCounts records = new RecordCounts();
  private final CollectionCounts collections = new CollectionCounts();
  private final Map<Limit, Integer> limits = new EnumMap<>(Limit.class);
  private final List<Integer> closeCodes = new ArrayList<>();
  private final List<Departure> departures = new ArrayList<>();
  private int opened;
  private int malformed;
  private int slowConsumers;
  private int foreignDropped;
  private long bytesIn;
  private long bytesOut;
  private long outboxBytes;

  public synchronized int hits(Limit limit) {
    return limits.getOrDefault(limit, 0);
  }

  public synchronized List<Integer> closeCodes() {
    return List.copyOf(closeCodes);
  }

  public synchronized List<Departure> departures() {
    return List.copyOf(departures);
  }

  public synchronized int opened() {
    return opened;
  }

  public synchronized int malformed() {
    return malformed;
  }

  public synchronized int slowConsumers() {
    return slowConsumers;
  }

  public synchronized int foreignDropped() {
    return foreignDropped;
  }

  public synchronized long bytesIn() {
    return bytesIn;
  }

  public synchronized long bytesOut() {
    return bytesOut;
  }

  public synchronized long outboxBytes() {
    return outboxBytes;
  }

  @Override
  public synchronized void departed(Departure how) {
    departures.add(how);
  }

  @Override
  public synchronized void connectionOpened() {
    opened++;
  }

  @Override
  public synchronized void connectionClosed(int code) {
    closeCodes.add(code);
  }

  @Override
  public synchronized void bytesIn(long bytes) {
    bytesIn += bytes;
  }

  @Override
  public synchronized void bytesOut(long bytes) {
    bytesOut += bytes;
  }

  @Override
  public synchronized void malformedMessage() {
    malformed++;
  }

  @Override
  public synchronized void limitHit(Limit limit) {
    limits.merge(limit, 1, Integer::sum);
  }

  @Override
  public synchronized void slowConsumer() {
    slowConsumers++;
  }

  @Override
  public void latency(long nanos) {}

  @Override
  public ClusterMetrics cluster() {
    return new ClusterMetrics() {
      @Override
      public void up(boolean up) {}

      @Override
      public void leaseLost() {}

      @Override
      public void pushed(Address to) {}

      @Override
      public void gap(Address from) {}

      @Override
      public void foreignDropped() {
        synchronized (RecordedMetrics.this) {
          foreignDropped++;
        }
      }
    };
  }

  @Override
  public synchronized void outboxes(long totalBytes, long fullestBytes) {
    outboxBytes = totalBytes;
  }

  @Override
  public void upgradeRefused(String reason) {}

  @Override
  public CommandMeter command(String name) {
    return NoMetrics.INSTANCE.command(name);
  }

  @Override
  public CommandMeter unknownCommand() {
    return NoMetrics.INSTANCE.unknownCommand();
  }

  @Override
  public ChannelMeter channels() {
    return channels;
  }

  /** What was counted of channels. */
  public ChannelCounts channelCounts() {
    return channels;
  }

  @Override
  public RecordMeter records() {
    return records;
  }

  @Override
  public CollectionMeter collections() {
    return collections;
  }

  /** What was counted of collections. */
  public CollectionCounts collectionCounts() {
    return collections;
  }

  /** What was counted of records. */
  public RecordCounts recordCounts() {
    return records;
  }
}
