// SPDX-License-Identifier: Apache-2.0
/**
 * Presence for applications and clients. The door is {@link
 * io.meshrt.server.internal.presence.PresenceFeature}.
 */
@NullMarked
package io.meshrt.server.internal.presence;

import org.jspecify.annotations.NullMarked;
