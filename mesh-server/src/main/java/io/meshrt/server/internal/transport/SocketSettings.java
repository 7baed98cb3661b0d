// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.transport;

import io.meshrt.server.internal.metrics.ServerMetrics;
import io.meshrt.server.internal.schedule.Scheduler;
import java.time.Duration;

/** What all sockets of a server share. */
record SocketSettings(
    Scheduler scheduler, ServerMetrics metrics, int maxMessageBytes, Duration messageDeadline) {}
