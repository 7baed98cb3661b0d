// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.core.codec.JsonValues;
import io.meshrt.server.internal.cluster.Cluster;
import io.meshrt.server.internal.execution.HandlerThreads;
import io.meshrt.server.internal.mail.NodeMail;
import io.meshrt.server.internal.metrics.WorkMeter;
import io.meshrt.server.internal.schedule.Scheduler;

/** What a worker stands on. Shared, immutable. */
public record WorkerServices(
    Cluster cluster,
    NodeMail mail,
    Scheduler scheduler,
    HandlerThreads threads,
    JsonValues json,
    WorkMeter meter) {}
