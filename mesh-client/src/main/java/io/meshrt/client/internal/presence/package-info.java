// SPDX-License-Identifier: Apache-2.0
/**
 * Presence subscriptions and published states, restored on each connection. The door is {@link
 * io.meshrt.client.internal.presence.PresenceFeature}.
 */
@NullMarked
package io.meshrt.client.internal.presence;

import org.jspecify.annotations.NullMarked;
