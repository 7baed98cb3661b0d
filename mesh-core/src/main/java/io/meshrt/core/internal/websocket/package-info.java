// SPDX-License-Identifier: Apache-2.0

/**
 * The bytes of RFC 6455: turns what the peer sent into whole messages, and messages into frames.
 * Pure functions and small state machines over byte arrays; it knows no sockets, no threads and no
 * commands.
 *
 * <p>Doors: {@link io.meshrt.core.internal.websocket.FrameDecoder} with its {@link
 * io.meshrt.core.internal.websocket.MessageListener} and {@link
 * io.meshrt.core.internal.websocket.ProtocolViolation} for the way in, {@link
 * io.meshrt.core.internal.websocket.FrameEncoder} and {@link
 * io.meshrt.core.internal.websocket.MaskedFrames} for the way out, {@link
 * io.meshrt.core.internal.websocket.CloseCodes}, and {@link
 * io.meshrt.core.internal.websocket.Handshake} for the upgrade.
 */
@NullMarked
package io.meshrt.core.internal.websocket;

import org.jspecify.annotations.NullMarked;
