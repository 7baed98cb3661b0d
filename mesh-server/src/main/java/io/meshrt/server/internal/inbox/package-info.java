// SPDX-License-Identifier: Apache-2.0
/**
 * Messages kept for identities. The door is {@link io.meshrt.server.internal.inbox.InboxFeature}.
 */
@NullMarked
package io.meshrt.server.internal.inbox;

import org.jspecify.annotations.NullMarked;
