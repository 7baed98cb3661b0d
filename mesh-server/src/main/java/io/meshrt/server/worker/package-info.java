// SPDX-License-Identifier: Apache-2.0
/**
 * Handling commands and events of connections in other processes: what servers forward, and what
 * workers do with it.
 */
@NullMarked
package io.meshrt.server.worker;

import org.jspecify.annotations.NullMarked;
