// SPDX-License-Identifier: Apache-2.0
/**
 * The worker's side: takes its share of a group's work, runs handlers, and keeps what is done.
 * Door: {@link io.meshrt.server.internal.worker.WorkerCore}.
 */
@NullMarked
package io.meshrt.server.internal.worker;

import org.jspecify.annotations.NullMarked;
