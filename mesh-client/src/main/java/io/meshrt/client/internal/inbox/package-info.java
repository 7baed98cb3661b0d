// SPDX-License-Identifier: Apache-2.0
/**
 * The inbox of a client's identity: a channel of its own, and what is acknowledged of it. The door
 * is {@link io.meshrt.client.internal.inbox.InboxFeature}.
 */
@NullMarked
package io.meshrt.client.internal.inbox;

import org.jspecify.annotations.NullMarked;
