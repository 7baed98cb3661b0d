// SPDX-License-Identifier: Apache-2.0
/**
 * Calls of this client to the server, from the moment they are made until they are settled. {@link
 * io.meshrt.client.internal.call.Calls} is the door; it belongs to the state thread.
 */
@NullMarked
package io.meshrt.client.internal.call;

import org.jspecify.annotations.NullMarked;
