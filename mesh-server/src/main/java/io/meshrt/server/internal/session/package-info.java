// SPDX-License-Identifier: Apache-2.0
/**
 * One connection's life: its state, the start order of its commands, its outbox, its heartbeat.
 * Doors: {@code Sessions} opens and finds sessions; {@code Session} is what the rooms above answer
 * through; {@code RequestHandler} and {@code SessionListener} are what they implement; {@code
 * MemoryGuard} watches all outboxes of the node.
 */
@NullMarked
package io.meshrt.server.internal.session;

import org.jspecify.annotations.NullMarked;
