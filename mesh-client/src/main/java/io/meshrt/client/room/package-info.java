// SPDX-License-Identifier: Apache-2.0
/** Membership in rooms. The door is {@link io.meshrt.client.room.Rooms}. */
@NullMarked
package io.meshrt.client.room;

import org.jspecify.annotations.NullMarked;
