// SPDX-License-Identifier: Apache-2.0
/**
 * The protocol's built-in commands for the features of the client, and what has to be put back on a
 * new connection. {@link io.meshrt.client.internal.builtin.BuiltIns} is the door.
 */
@NullMarked
package io.meshrt.client.internal.builtin;

import org.jspecify.annotations.NullMarked;
