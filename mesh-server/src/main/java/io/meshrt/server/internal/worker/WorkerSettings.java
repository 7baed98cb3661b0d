// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.worker;

import io.meshrt.server.internal.work.WorkGroup;
import io.meshrt.server.worker.Distribution;

/**
 * How a worker works.
 *
 * @param id used by nobody else
 * @param name for people
 * @param group whose work it does
 * @param concurrency handlers at the same time, at most
 * @param distribution what may run at the same time
 * @param observer whether it only sees what others do
 * @param handlers what to do
 */
public record WorkerSettings(
    String id,
    String name,
    WorkGroup group,
    int concurrency,
    Distribution distribution,
    boolean observer,
    Handlers handlers) {}
