// SPDX-License-Identifier: Apache-2.0
/**
 * The server's side of workers: gives them commands and events of connections, and waits for their
 * answers. Door: {@link io.meshrt.server.internal.delegation.Delegation}.
 */
@NullMarked
package io.meshrt.server.internal.delegation;

import org.jspecify.annotations.NullMarked;
