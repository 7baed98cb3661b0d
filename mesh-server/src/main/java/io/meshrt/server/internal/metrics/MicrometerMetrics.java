// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.metrics;

import io.meshrt.core.protocol.CloseCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/** Counts into a Micrometer registry. Every meter of the hot path is resolved once. */
public final class MicrometerMetrics implements ServerMetrics {
  private static final String COMMANDS = "mesh.commands";
  private static final String OTHER_CODE = "other";

  private final MeterRegistry registry;
  private final AtomicLong connections;
  private final Map<Integer, Counter> closed = new HashMap<>();
  private final Counter closedOtherwise;
  private final Counter bytesIn;
  private final Counter bytesOut;
  private final Counter malformed;
  private final Counter slowConsumers;
  private final Map<Limit, Counter> limits = new EnumMap<>(Limit.class);
  private final Timer latency;
  private final AtomicLong outboxBytes;
  private final DistributionSummary fullestOutbox;
  private final AtomicLong ready;
  private final Map<Departure, Counter> departures = new EnumMap<>(Departure.class);
  private final Counter hooksFailed;
  private final Counter hooksDropped;
  private final ClusterMetrics cluster;
  private final ChannelMeter channels;
  private final RoomMeter rooms;
  private final InboxMeter inboxes;
  private final RecordMeter records;
  private final Map<MirrorMeter.Kind, MirrorMeter> mirrors = new EnumMap<>(MirrorMeter.Kind.class);
  private final CollectionMeter collections;
  private final WorkCounters work;
  private final MesaMeter mesa;

  /** Registers the meters. */
  public MicrometerMetrics(MeterRegistry registry) {
    this.registry = registry;
    connections = gauge("mesh.connections", "Open connections");
    for (CloseCode code : CloseCode.values()) {
      closed.put(code.code(), closedCounter(Integer.toString(code.code())));
    }
    closedOtherwise = closedCounter(OTHER_CODE);
    bytesIn = bytes("mesh.bytes.in", "Bytes of messages received");
    bytesOut = bytes("mesh.bytes.out", "Bytes of frames sent");
    malformed = counter("mesh.messages.malformed", "Messages against the protocol");
    slowConsumers = counter("mesh.slow.consumers", "Connections closed for reading too slowly");
    for (Limit limit : Limit.values()) {
      limits.put(
          limit, Counter.builder("mesh.limits.hit").tag("limit", limit.tag()).register(registry));
    }
    latency = Timer.builder("mesh.latency").description("Round trips").register(registry);
    outboxBytes = gauge("mesh.outbox.bytes", "Bytes waiting in all outboxes");
    fullestOutbox =
        DistributionSummary.builder("mesh.outbox.fullest")
            .description("Bytes in the fullest outbox")
            .baseUnit("bytes")
            .register(registry);
    ready = gauge("mesh.ready", "1 while upgrades are taken");
    for (Departure how : Departure.values()) {
      departures.put(
          how,
          Counter.builder("mesh.connections.drained").tag("how", how.tag()).register(registry));
    }
    hooksFailed = counter("mesh.hooks.failed", "Hooks of observers that threw");
    hooksDropped = counter("mesh.hooks.dropped", "Events that observers were not told of");
    cluster = new MicrometerClusterMetrics(registry);
    channels = new ChannelCounters(registry);
    rooms = new RoomCounters(registry);
    inboxes = new InboxCounters(registry);
    records = new RecordCounters(registry);
    for (MirrorMeter.Kind kind : MirrorMeter.Kind.values()) {
      mirrors.put(kind, new MirrorCounters(registry, kind));
    }
    collections = new CollectionCounters(registry);
    work = new WorkCounters(registry);
    mesa = new MesaCounters(registry);
  }

  @Override
  public void identities(IntSupplier count) {
    Gauge.builder("mesh.identities", count::getAsInt)
        .description("Identities with connections on this node")
        .register(registry);
  }

  @Override
  public void hookFailed() {
    hooksFailed.increment();
  }

  @Override
  public void hookDropped() {
    hooksDropped.increment();
  }

  @Override
  public ClusterMetrics cluster() {
    return cluster;
  }

  @Override
  public void connectionOpened() {
    connections.incrementAndGet();
  }

  @Override
  public void connectionClosed(int code) {
    connections.decrementAndGet();
    closed.getOrDefault(code, closedOtherwise).increment();
  }

  @Override
  public void bytesIn(long bytes) {
    bytesIn.increment((double) bytes);
  }

  @Override
  public void bytesOut(long bytes) {
    bytesOut.increment((double) bytes);
  }

  @Override
  public void malformedMessage() {
    malformed.increment();
  }

  @Override
  public void limitHit(Limit limit) {
    Counter counter = limits.get(limit);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void slowConsumer() {
    slowConsumers.increment();
  }

  @Override
  public void latency(long nanos) {
    latency.record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void outboxes(long totalBytes, long fullestBytes) {
    outboxBytes.set(totalBytes);
    fullestOutbox.record((double) fullestBytes);
  }

  @Override
  public void upgradeRefused(String reason) {
    Counter.builder("mesh.upgrades.refused").tag("reason", reason).register(registry).increment();
  }

  @Override
  public void ready(boolean taken) {
    ready.set(taken ? 1 : 0);
  }

  @Override
  public void departed(Departure how) {
    Counter counter = departures.get(how);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public CommandMeter command(String name) {
    return new TimerPerOutcome(name, "registered");
  }

  @Override
  public CommandMeter unknownCommand() {
    // Another kind, so that it cannot be mistaken for a command of the same name.
    return new TimerPerOutcome("unknown", "unknown");
  }

  @Override
  public ChannelMeter channels() {
    return channels;
  }

  @Override
  public RoomMeter rooms() {
    return rooms;
  }

  @Override
  public InboxMeter inboxes() {
    return inboxes;
  }

  @Override
  public RecordMeter records() {
    return records;
  }

  @Override
  public MirrorMeter mirrors(MirrorMeter.Kind kind) {
    return mirrors.getOrDefault(kind, MirrorMeter.NONE);
  }

  @Override
  public CollectionMeter collections() {
    return collections;
  }

  @Override
  public MesaMeter mesa() {
    return mesa;
  }

  @Override
  public WorkMeter work() {
    return work;
  }

  private AtomicLong gauge(String name, String description) {
    AtomicLong value = new AtomicLong();
    Gauge.builder(name, value, AtomicLong::get).description(description).register(registry);
    return value;
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private Counter bytes(String name, String description) {
    return Counter.builder(name).description(description).baseUnit("bytes").register(registry);
  }

  private Counter closedCounter(String code) {
    return Counter.builder("mesh.connections.closed").tag("code", code).register(registry);
  }

  private final class TimerPerOutcome implements CommandMeter {
    private final Map<Outcome, Timer> timers = new EnumMap<>(Outcome.class);

    TimerPerOutcome(String name, String kind) {
      for (Outcome outcome : Outcome.values()) {
        timers.put(
            outcome,
            Timer.builder(COMMANDS)
                .tag("command", name)
                .tag("kind", kind)
                .tag("outcome", outcome.tag())
                .register(registry));
      }
    }

    @Override
    public void record(Outcome outcome, long nanos) {
      Timer timer = timers.get(outcome);
      if (timer != null) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
      }
    }
  }
}
