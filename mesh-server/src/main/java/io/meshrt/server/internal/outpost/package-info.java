// SPDX-License-Identifier: Apache-2.0
/**
 * What a program stands on that belongs to a cluster and holds no connections. The door is {@link
 * io.meshrt.server.internal.outpost.Outpost}.
 */
@NullMarked
package io.meshrt.server.internal.outpost;

import org.jspecify.annotations.NullMarked;
