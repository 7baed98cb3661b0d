// SPDX-License-Identifier: Apache-2.0
package io.meshrt.server.internal.room;

/** Rooms. */
public final class RoomFeature {}
