// SPDX-License-Identifier: Apache-2.0
/**
 * The state machine of a client: connecting, losing the connection, getting it back. {@link
 * io.meshrt.client.internal.session.ClientSession} is the door; everything here belongs to the
 * state thread unless it says otherwise.
 */
@NullMarked
package io.meshrt.client.internal.session;

import org.jspecify.annotations.NullMarked;
