// SPDX-License-Identifier: Apache-2.0
/** Connections end to end: calls of the server, pushes, heartbeat, latency. */
@NullMarked
package io.meshrt.tests.connection;

import org.jspecify.annotations.NullMarked;
