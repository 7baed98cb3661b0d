// SPDX-License-Identifier: Apache-2.0
/**
 * What a node needs from the world beyond it: topics, a store, members, other nodes.
 *
 * <p>The door is {@link io.meshrt.server.internal.cluster.Cluster}. Features use it; only whoever
 * assembles the server knows which implementation there is.
 */
@NullMarked
package io.meshrt.server.internal.cluster;

import org.jspecify.annotations.NullMarked;
