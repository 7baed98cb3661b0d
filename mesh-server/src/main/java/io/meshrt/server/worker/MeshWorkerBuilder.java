// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.worker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.metrics.MicrometerMetrics;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.outpost.Ground;
import io.meshrt.server.internal.outpost.Outpost;
import io.meshrt.server.internal.work.WorkEntry;
import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.internal.worker.Handlers;
import io.meshrt.server.internal.worker.WorkerSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a {@link MeshWorker} is to do; everything but the group has a default. Not
 * thread-safe. A worker keeps the values of the moment it was started.
 */
public final class MeshWorkerBuilder {
  private static final int DEFAULT_CONCURRENCY = 32;
  private static final int MAX_CONCURRENCY = 10_000;

  private final Ground ground;
  private final Map<String, WorkHandler> commands = new HashMap<>();
  private final Map<WorkEntry.Kind, ConnectionEventHandler> events =
      new EnumMap<>(WorkEntry.Kind.class);
  private InboxOptions inbox = InboxOptions.defaults();
  private @Nullable WorkGroup group;
  private @Nullable WorkHandler unknownCommand;
  private @Nullable Consumer<WorkGap> gap;
  private @Nullable ObjectMapper objectMapper;
  private @Nullable MeterRegistry meterRegistry;
  private Distribution distribution = Distribution.PARTITION;
  private String name = "worker";
  private int concurrency = DEFAULT_CONCURRENCY;
  private boolean observer;

  MeshWorkerBuilder(Ground ground) {
    this.ground = Objects.requireNonNull(ground, "where");
  }

  /**
   * The group whose work it does; has to be set.
   *
   * @param group 1 to 64 letters, digits, underscores, dots and hyphens
   */
  public MeshWorkerBuilder group(String group) {
    this.group = new WorkGroup(group);
    return this;
  }

  /** What it is called, for people; {@code worker} unless set. */
  public MeshWorkerBuilder name(String name) {
    this.name = Objects.requireNonNull(name, "name");
    return this;
  }

  /**
   * Answers a command. All workers of a group are to answer the same ones: each gets some of every
   * command.
   */
  public MeshWorkerBuilder command(String name, WorkHandler handler) {
    commands.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(handler, "handler"));
    return this;
  }

  /** Answers the commands without a handler, which fail with {@code ENOTFOUND} unless set. */
  public MeshWorkerBuilder onUnknownCommand(WorkHandler handler) {
    this.unknownCommand = Objects.requireNonNull(handler, "handler");
    return this;
  }

  /** Told of connections that opened. */
  public MeshWorkerBuilder onConnected(ConnectionEventHandler handler) {
    return on(WorkEntry.Kind.CONNECTED, handler);
  }

  /** Told of connections that got their identity, also where that came with the upgrade. */
  public MeshWorkerBuilder onAuthenticated(ConnectionEventHandler handler) {
    return on(WorkEntry.Kind.AUTHENTICATED, handler);
  }

  /** Told of connections that ended. */
  public MeshWorkerBuilder onDisconnected(ConnectionEventHandler handler) {
    return on(WorkEntry.Kind.DISCONNECTED, handler);
  }

  private MeshWorkerBuilder on(WorkEntry.Kind kind, ConnectionEventHandler handler) {
    events.put(kind, Objects.requireNonNull(handler, "handler"));
    return this;
  }

  /** Told of work that is missing; on handler threads. Unless set it is logged. */
  public MeshWorkerBuilder onGap(Consumer<WorkGap> listener) {
    this.gap = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /** Handlers that run at the same time, 32 unless set, at most 10,000. */
  public MeshWorkerBuilder concurrency(int concurrency) {
    if (concurrency < 1 || concurrency > MAX_CONCURRENCY) {
      throw new IllegalArgumentException("concurrency: " + concurrency);
    }
    this.concurrency = concurrency;
    return this;
  }

  /** What may run at the same time; one piece of work for each client unless set. */
  public MeshWorkerBuilder distribution(Distribution distribution) {
    this.distribution = Objects.requireNonNull(distribution, "distribution");
    return this;
  }

  /**
   * Makes it an observer: it sees all work of the group from its start on, takes none from others,
   * and what its handlers return is dropped. It sees work in the order of its clients, at most
   * once, and counts as no worker.
   */
  public MeshWorkerBuilder observer() {
    this.observer = true;
    return this;
  }

  /** How its {@link MeshWorker#dispatcher} keeps messages for identities; as servers have it. */
  public MeshWorkerBuilder inboxes(InboxOptions options) {
    this.inbox = Objects.requireNonNull(options, "options");
    return this;
  }

  /** Reads payloads and writes replies; used as it is and not changed. */
  public MeshWorkerBuilder objectMapper(ObjectMapper objectMapper) {
    this.objectMapper = Objects.requireNonNull(objectMapper, "objectMapper");
    return this;
  }

  /** Where it counts and measures; unless set it does not. */
  public MeshWorkerBuilder meterRegistry(MeterRegistry meterRegistry) {
    this.meterRegistry = Objects.requireNonNull(meterRegistry, "meterRegistry");
    return this;
  }

  /**
   * Starts a worker, and blocks until it counts as one of its group: its share of the work follows
   * within about a second, or when those it comes from have ended what they run.
   *
   * @throws IllegalStateException when no group was set
   * @throws io.meshrt.core.protocol.CommandException {@code EUNAVAILABLE} when the cluster cannot
   *     be reached within 5 s
   */
  public MeshWorker start() {
    WorkGroup chosen = group;
    if (chosen == null) {
      throw new IllegalStateException("group: not set");
    }
    JsonValues json = objectMapper == null ? new JsonValues() : new JsonValues(objectMapper);
    ServerMetrics metrics =
        meterRegistry == null ? NoMetrics.INSTANCE : new MicrometerMetrics(meterRegistry);
    Outpost outpost = new Outpost(ground, json, metrics);
    WorkDispatch dispatch = new WorkDispatch(outpost, inbox);
    Map<String, Handlers.Command> known = new HashMap<>();
    commands.forEach((command, handler) -> known.put(command, running(handler, dispatch)));
    WorkHandler others = unknownCommand;
    Handlers handlers =
        new Handlers(known, others == null ? null : running(others, dispatch), events, gap);
    WorkerSettings settings =
        new WorkerSettings(
            outpost.name(), name, chosen, concurrency, distribution, observer, handlers);
    MeshWorker worker = new MeshWorker(outpost, settings, dispatch);
    worker.start();
    return worker;
  }

  private static Handlers.Command running(WorkHandler handler, WorkDispatch dispatch) {
    return delivery -> handler.handle(new DeliveredCommand(delivery, dispatch::dispatcher));
  }
}
