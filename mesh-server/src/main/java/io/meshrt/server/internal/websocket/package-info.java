// SPDX-License-Identifier: Apache-2.0

/**
 * The bytes of RFC 6455, seen from the server: turns what a client sent into whole messages, and
 * messages into frames. Pure functions and small state machines over byte arrays; it knows no
 * sockets, no threads and no commands.
 *
 * <p>Doors: {@link io.meshrt.server.internal.websocket.FrameDecoder} with its {@link
 * io.meshrt.server.internal.websocket.MessageListener} and {@link
 * io.meshrt.server.internal.websocket.ProtocolViolation} for the way in, {@link
 * io.meshrt.server.internal.websocket.FrameEncoder} for the way out, {@link
 * io.meshrt.server.internal.websocket.CloseCodes}, and {@link
 * io.meshrt.server.internal.websocket.Handshake} for the upgrade.
 */
@NullMarked
package io.meshrt.server.internal.websocket;

import org.jspecify.annotations.NullMarked;
