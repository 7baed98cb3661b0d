// SPDX-License-Identifier: Apache-2.0
/**
 * Rooms for applications and clients. The door is {@link
 * io.meshrt.server.internal.room.RoomFeature}.
 */
@NullMarked
package io.meshrt.server.internal.room;

import org.jspecify.annotations.NullMarked;
