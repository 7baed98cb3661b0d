// SPDX-License-Identifier: Apache-2.0
/**
 * Rooms as this node sees them: who is a member, kept up to date. The door is {@link
 * io.meshrt.server.internal.mirror.RoomMirror}.
 */
@NullMarked
package io.meshrt.server.internal.mirror;

import org.jspecify.annotations.NullMarked;
