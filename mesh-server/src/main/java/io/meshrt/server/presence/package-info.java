// SPDX-License-Identifier: Apache-2.0
/** What applications need to use presence: the door {@link io.meshrt.server.presence.Presence}. */
@NullMarked
package io.meshrt.server.presence;

import org.jspecify.annotations.NullMarked;
