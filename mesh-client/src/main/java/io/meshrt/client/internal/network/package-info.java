// SPDX-License-Identifier: Apache-2.0
/**
 * Bytes to a server and back. {@link io.meshrt.client.internal.network.IoThread} is the one thread
 * that does it, {@link io.meshrt.client.internal.network.Link} one TCP connection, which may become
 * encrypted, and {@link io.meshrt.client.internal.network.Aside} where what blocks is done. Knows
 * neither HTTP nor WebSocket.
 */
@NullMarked
package io.meshrt.client.internal.network;

import org.jspecify.annotations.NullMarked;
