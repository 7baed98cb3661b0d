// SPDX-License-Identifier: Apache-2.0
/**
 * Sockets that carry whole text messages. {@link io.meshrt.client.internal.socket.Connector} opens
 * them, {@link io.meshrt.client.internal.socket.JdkConnector} by the JDK's WebSocket; {@link
 * io.meshrt.client.internal.socket.SendQueue} keeps one send in flight. Knows no commands.
 */
@NullMarked
package io.meshrt.client.internal.socket;

import org.jspecify.annotations.NullMarked;
