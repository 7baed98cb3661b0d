// SPDX-License-Identifier: Apache-2.0
/**
 * The rooms a client is in, joined again on each connection. The door is {@link
 * io.meshrt.client.internal.room.RoomFeature}.
 */
@NullMarked
package io.meshrt.client.internal.room;

import org.jspecify.annotations.NullMarked;
