// SPDX-License-Identifier: Apache-2.0
/**
 * Who is in a room and what they say of themselves. The door is {@link
 * io.meshrt.client.presence.Presence}.
 */
@NullMarked
package io.meshrt.client.presence;

import org.jspecify.annotations.NullMarked;
