// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.dispatch;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.core.protocol.CommandException;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.inbox.InboxOptions;
import io.meshrt.server.internal.metrics.MicrometerMetrics;
import io.meshrt.server.internal.metrics.NoMetrics;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.outpost.Ground;
import io.meshrt.server.internal.outpost.Outpost;
import io.meshrt.server.record.RecordLimits;
import io.meshrt.server.room.PersistentRoomOptions;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Options of a {@link MeshDispatcher}. Not thread-safe; may be used again. */
public final class MeshDispatcherBuilder {
  private final Ground ground;
  private Duration connectTimeout = Duration.ofSeconds(5);
  private ConnectionLimits limits = ConnectionLimits.defaults();
  private RecordLimits recordLimits = RecordLimits.defaults();
  private InboxOptions inbox = InboxOptions.defaults();
  private PersistentRoomOptions persistentRooms = PersistentRoomOptions.defaults();
  private boolean requireNodes;
  private @Nullable ObjectMapper objectMapper;
  private @Nullable MeterRegistry meterRegistry;

  MeshDispatcherBuilder(Ground ground) {
    this.ground = Objects.requireNonNull(ground, "options");
  }

  /**
   * How long {@link #connect} waits for Redis, 5 s unless set.
   *
   * @throws IllegalArgumentException unless it is at least 1 ms
   */
  public MeshDispatcherBuilder connectTimeout(Duration timeout) {
    if (timeout.toMillis() < 1) {
      throw new IllegalArgumentException("timeout: " + timeout);
    }
    this.connectTimeout = timeout;
    return this;
  }

  /** The limits of connections that servers have: nothing larger than an outbox is sent. */
  public MeshDispatcherBuilder limits(ConnectionLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** How large records and their changes may be; as servers have it. */
  public MeshDispatcherBuilder recordLimits(RecordLimits limits) {
    this.recordLimits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /** How messages are kept for identities; as servers have it. */
  public MeshDispatcherBuilder inboxes(InboxOptions options) {
    this.inbox = Objects.requireNonNull(options, "options");
    return this;
  }

  /** How many memberships are remembered, and how long; as servers have it. */
  public MeshDispatcherBuilder persistentRooms(PersistentRoomOptions options) {
    this.persistentRooms = Objects.requireNonNull(options, "options");
    return this;
  }

  /**
   * Makes it an error ({@code EUNAVAILABLE}) to send, close or publish to a channel while no server
   * lives, as was known a second ago; unless set it is a success that reaches nobody. Records are
   * written and messages kept all the same. Costs one request in a second.
   */
  public MeshDispatcherBuilder requireNodes() {
    this.requireNodes = true;
    return this;
  }

  /** Reads and writes payloads; used as it is and not changed. */
  public MeshDispatcherBuilder objectMapper(ObjectMapper objectMapper) {
    this.objectMapper = Objects.requireNonNull(objectMapper, "objectMapper");
    return this;
  }

  /**
   * Where it counts, by the same meters as a server; unless set it does not. A server's own
   * registry should not be shared: both would be one in it.
   */
  public MeshDispatcherBuilder meterRegistry(MeterRegistry meterRegistry) {
    this.meterRegistry = Objects.requireNonNull(meterRegistry, "meterRegistry");
    return this;
  }

  /**
   * A dispatcher that can be used. Blocks until Redis answers; with {@code BACKGROUND} as its
   * start-up it returns at once, and calls fail until Redis answers.
   *
   * @throws CommandException {@code EUNAVAILABLE} when Redis did not answer in time; nothing is
   *     left of the attempt then
   */
  public MeshDispatcher connect() {
    ServerMetrics metrics =
        meterRegistry == null ? NoMetrics.INSTANCE : new MicrometerMetrics(meterRegistry);
    JsonValues json = objectMapper == null ? new JsonValues() : new JsonValues(objectMapper);
    Outpost outpost = new Outpost(ground, json, metrics);
    Dispatching dispatching =
        new Dispatching(
            outpost,
            outpost.threads(),
            limits.maxOutboxBytes(),
            recordLimits,
            inbox,
            persistentRooms,
            requireNodes);
    dispatching.start(connectTimeout);
    return new MeshDispatcher(dispatching, false);
  }
}
