// SPDX-License-Identifier: Apache-2.0
/** What applications need to use rooms: the door {@link io.meshrt.server.room.Rooms}. */
@NullMarked
package io.meshrt.server.room;

import org.jspecify.annotations.NullMarked;
