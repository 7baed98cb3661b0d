// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.session;

import io.meshrt.core.codec.EnvelopeReader;
import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.command.CommandLimits;
import io.meshrt.server.connection.ConnectionLimits;
import io.meshrt.server.connection.HeartbeatOptions;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.util.List;

/**
 * What all sessions of a node share.
 *
 * @param nodeId begins the ids of the node's connections
 */
public record SessionServices(
    String nodeId,
    ConnectionLimits connectionLimits,
    CommandLimits commandLimits,
    HeartbeatOptions heartbeat,
    EnvelopeReader reader,
    JsonValues json,
    Scheduler scheduler,
    HandlerThreads threads,
    ServerMetrics metrics,
    RequestHandler requests,
    List<SessionListener> listeners) {
  public SessionServices {
    listeners = List.copyOf(listeners);
  }
}
