// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets that carry whole text messages. {@link io.meshrt.client.internal.socket.Connector} opens
 * them, {@link io.meshrt.client.internal.socket.TcpConnector} over TCP; {@link
 * io.meshrt.client.internal.socket.SendQueue} holds back what the socket cannot take. Knows no
 * commands.
 */
@NullMarked
package io.meshrt.client.internal.socket;

import org.jspecify.annotations.NullMarked;
