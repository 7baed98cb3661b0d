// SPDX-License-Identifier: Apache-2.0
/**
 * The bytes of RFC 6455, seen from the server: turns what a client sent into whole messages, and
 * messages into frames. Pure functions and small state machines over byte arrays; it knows no
 * sockets, no threads and no commands.
 */
@NullMarked
package io.meshrt.server.internal.websocket;

import org.jspecify.annotations.NullMarked;
