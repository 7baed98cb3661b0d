// SPDX-License-Identifier: Apache-2.0
/**
 * The cluster of one process: nothing to install, gone with the process.
 *
 * <p>The doors are {@link io.meshrt.server.internal.cluster.memory.InMemoryWorld}, shared by the
 * nodes of one cluster, and {@link io.meshrt.server.internal.cluster.memory.InMemoryCluster}, one
 * per node.
 */
@NullMarked
package io.meshrt.server.internal.cluster.memory;

import org.jspecify.annotations.NullMarked;
