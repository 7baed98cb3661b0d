// SPDX-License-Identifier: Apache-2.0
/**
 * From topics of the cluster to their subscribers on this node. The door is {@link
 * io.meshrt.server.internal.hub.Hub}.
 */
@NullMarked
package io.meshrt.server.internal.hub;

import org.jspecify.annotations.NullMarked;
